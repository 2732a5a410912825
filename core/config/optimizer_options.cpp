#include "core/config/optimizer_options.h"

namespace kairo {
namespace {

// An average over more than a million steps would not move in any run.
constexpr RealRange kMemory = {0, 0.999999};

}  // namespace

std::vector<Field> AdamWOptions::fields() {
  return {
      {"beta1", beta1, kMemory, "Share of the mean gradient kept per step."},
      {"beta2", beta2, kMemory, "Share of the mean squared gradient kept per step."},
      {"eps", eps, {0, 1}, "Added to the root of the mean squared gradient."},
  };
}

std::vector<Field> SgdOptions::fields() {
  return {
      {"momentum", momentum, kMemory, "Share of the velocity kept per step; 0: plain SGD."},
      {"dampening", dampening, {0, 1}, "Share of the gradient that does not enter the velocity."},
      {"nesterov", nesterov,
       "Step along gradient + momentum * velocity; needs momentum above 0 and dampening 0."},
  };
}

Sections OptimizerOptions::sections() {
  return {{"optimizer.adamw", &adamw}, {"optimizer.sgd", &sgd}};
}

}  // namespace kairo
