#include "tests/dummies/probe.h"

#include <ATen/ATen.h>

#include "core/model/model.h"
#include "probes/quantities.h"

namespace kairo::dummies {
namespace {

class EchoProbe : public Probe {
 public:
  const char* name() const override { return "echo"; }
  const char* question() const override { return "How probable is the same letter again?"; }
  Options& options() override { return options_; }
  std::vector<Quantity> measure(const Model& model, const ProbeInputs& inputs) const override {
    const at::Tensor logits = model.forward(inputs.inputs).select(1, 0).to(at::kDouble);
    const at::Tensor again = inputs.inputs.select(1, 0).unsqueeze(1);
    return {per_example({"echo", "probability of the first letter at the second place",
                         "probability", Timing::kShare},
                        {}, at::softmax(logits, -1).gather(-1, again).squeeze(1))};
  }

 private:
  NoOptions options_;
};

}  // namespace

std::unique_ptr<Probe> make_echo_probe() { return std::make_unique<EchoProbe>(); }

}  // namespace kairo::dummies
