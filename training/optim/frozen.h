// Parameters that training does not change (training.frozen): their gradients are zeroed before the
// norm is taken, and after each step their values are put back, whatever the optimiser did to them.
// So they stay equal to the byte under any optimiser and decay.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/model/parameter_layout.h"

namespace kairo {

// The parameters that `globs` match, by TransformerLens name. kConfig for a glob that matches none,
// naming the nearest.
std::vector<ParameterView> frozen_parameters(const std::vector<std::string>& globs,
                                             const ParameterLayout& layout);

class FrozenValues {
 public:
  // Keeps a copy of what `views` see in `values` [n].
  FrozenValues(std::vector<ParameterView> views, const at::Tensor& values);

  void put_back(at::Tensor values) const;

 private:
  std::vector<ParameterView> views_;
  std::vector<at::Tensor> kept_;
};

}  // namespace kairo
