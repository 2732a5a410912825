#include "training/adamw_optimizer.h"

#include <ATen/ATen.h>

#include "core/kernels/adamw.h"

namespace kairo {
namespace {

class AdamW : public Optimizer {
 public:
  AdamW(double weight_decay, const at::Tensor& values)
      : weight_decay_(weight_decay),
        exp_avg_(at::zeros_like(values)),
        exp_avg_sq_(at::zeros_like(values)) {}

  const char* name() const override { return "adamw"; }

  void update(const Update& update, const at::Tensor& gradients, at::Tensor values) override {
    AdamWStep step;
    step.learning_rate = update.learning_rate;
    step.gradient_scale = update.gradient_scale;
    step.weight_decay = weight_decay_;
    step.step = ++step_;
    adamw_update(step, gradients, values, exp_avg_, exp_avg_sq_);
  }

  std::map<std::string, at::Tensor> states() const override {
    return {{"exp_avg", exp_avg_}, {"exp_avg_sq", exp_avg_sq_}};
  }

 private:
  double weight_decay_;
  at::Tensor exp_avg_;
  at::Tensor exp_avg_sq_;
};

}  // namespace

std::unique_ptr<Optimizer> make_adamw(const TrainingOptions& options,
                                      const FlatParameters& parameters) {
  return std::make_unique<AdamW>(options.weight_decay, parameters.values());
}

}  // namespace kairo
