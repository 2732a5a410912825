#include "training/optim/sgd_optimizer.h"

#include <ATen/ATen.h>

#include "core/base/error.h"

namespace kairo {
namespace {

void check_sgd(const SgdOptions& options) {
  if (!options.nesterov || (options.momentum > 0 && options.dampening == 0)) return;
  const bool lacks_momentum = options.momentum == 0;
  throw Error(ErrorKind::kConfig)
      .at("optimizer.sgd.nesterov")
      .fact(lacks_momentum ? "Nesterov's step needs momentum, but optimizer.sgd.momentum is 0"
                           : "Nesterov's step has no dampening, but optimizer.sgd.dampening is set")
      .hint(lacks_momentum ? "set optimizer.sgd.momentum=0.9, or nesterov=false"
                           : "set optimizer.sgd.dampening=0, or nesterov=false");
}

class Sgd : public Optimizer {
 public:
  explicit Sgd(const OptimizerRequest& request)
      : options_(request.options.optimizer.sgd),
        weight_decay_(request.options.training.weight_decay) {
    check_sgd(options_);
    if (options_.momentum > 0) velocity_ = at::zeros({request.layout.total()}, request.like);
  }

  const char* name() const override { return "sgd"; }

  void step(const Step& step, const ParameterLayout&, const at::Tensor& gradients,
            at::Tensor values) override {
    in_parts(step, values, [&](int64_t begin, int64_t length) {
      at::Tensor x = values.narrow(0, begin, length);
      at::Tensor g = gradients.narrow(0, begin, length) * step.gradient_scale;
      if (weight_decay_ != 0) g.add_(x, weight_decay_);
      if (options_.momentum == 0) {
        x.add_(g, -step.learning_rate);
        return;
      }
      at::Tensor v = velocity_.narrow(0, begin, length);
      if (step.number == 1) {
        v.copy_(g);
      } else {
        v.mul_(options_.momentum).add_(g, 1 - options_.dampening);
      }
      x.add_(options_.nesterov ? g.add_(v, options_.momentum) : v, -step.learning_rate);
    });
  }

  std::vector<NamedState> states() const override {
    if (options_.momentum == 0) return {};
    return {{"momentum_buffer", "", velocity_}};
  }

 private:
  SgdOptions options_;
  double weight_decay_;
  at::Tensor velocity_;
};

}  // namespace

std::unique_ptr<Optimizer> make_sgd(const OptimizerRequest& request) {
  return std::make_unique<Sgd>(request);
}

}  // namespace kairo
