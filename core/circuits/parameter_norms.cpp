#include "core/circuits/parameter_norms.h"

#include <torch/utils.h>

#include <cmath>

namespace kairo {

std::vector<std::string> parameter_names(const FlatParameters& layout) {
  std::vector<std::string> names;
  for (const ParameterView& view : layout.views()) names.push_back(view.name);
  return names;
}

std::vector<double> parameter_norms(const FlatParameters& layout, const at::Tensor& flat) {
  const torch::NoGradGuard no_grad;
  std::vector<double> norms;
  for (const ParameterView& view : layout.views()) {
    norms.push_back(view.of(flat).to(at::kDouble).norm().item<double>());
  }
  return norms;
}

double total_norm(const std::vector<double>& norms) {
  double squares = 0;
  for (const double norm : norms) squares += norm * norm;
  return std::sqrt(squares);
}

}  // namespace kairo
