#include "tests/dummies/optimizer.h"

#include <ATen/ATen.h>

namespace kairo::dummies {
namespace {

class Sign : public Optimizer {
 public:
  const char* name() const override { return "sign"; }
  void step(const Step& step, const ParameterLayout&, const at::Tensor& gradients,
            at::Tensor values) override {
    values.add_(gradients.sign(), -step.learning_rate);
  }
  std::vector<NamedState> states() const override { return {}; }
};

}  // namespace

std::unique_ptr<Optimizer> make_sign(const OptimizerRequest&) { return std::make_unique<Sign>(); }

}  // namespace kairo::dummies
