#include "training/optim/adamw_optimizer.h"

#include <ATen/ATen.h>

#include <algorithm>

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
    const int64_t n = values.numel(), at_once = 8 * flat_block(values);
    const auto part = [&](int64_t task) {
      const int64_t begin = task * at_once, length = std::min(at_once, n - begin);
      const auto of = [&](const at::Tensor& whole) { return whole.narrow(0, begin, length); };
      adamw_update(step, of(gradients), of(values), of(exp_avg_), of(exp_avg_sq_));
    };
    const int64_t n_tasks = (n + at_once - 1) / at_once;
    if (update.pool != nullptr) {
      update.pool->run(n_tasks, part);
    } else {
      for (int64_t task = 0; task < n_tasks; ++task) part(task);
    }
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
