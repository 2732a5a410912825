#include "training/optim/adamw_optimizer.h"

#include <ATen/ATen.h>

#include "core/kernels/adamw.h"

namespace kairo {
namespace {

class AdamW : public Optimizer {
 public:
  explicit AdamW(const OptimizerRequest& request)
      : options_(request.options.optimizer.adamw),
        weight_decay_(request.options.training.weight_decay),
        exp_avg_(at::zeros({request.layout.total()}, request.like)),
        exp_avg_sq_(at::zeros_like(exp_avg_)) {}

  const char* name() const override { return "adamw"; }

  void step(const Step& step, const ParameterLayout&, const at::Tensor& gradients,
            at::Tensor values) override {
    AdamWStep now;
    now.learning_rate = step.learning_rate;
    now.beta1 = options_.beta1;
    now.beta2 = options_.beta2;
    now.eps = options_.eps;
    now.weight_decay = weight_decay_;
    now.gradient_scale = step.gradient_scale;
    now.step = step.number;
    in_parts(step, values, [&](int64_t begin, int64_t length) {
      const auto of = [&](const at::Tensor& whole) { return whole.narrow(0, begin, length); };
      adamw_update(now, of(gradients), of(values), of(exp_avg_), of(exp_avg_sq_));
    });
  }

  std::vector<NamedState> states() const override {
    return {{"exp_avg", "", exp_avg_}, {"exp_avg_sq", "", exp_avg_sq_}};
  }

 private:
  AdamWOptions options_;
  double weight_decay_;
  at::Tensor exp_avg_;
  at::Tensor exp_avg_sq_;
};

}  // namespace

std::unique_ptr<Optimizer> make_adamw(const OptimizerRequest& request) {
  return std::make_unique<AdamW>(request);
}

}  // namespace kairo
