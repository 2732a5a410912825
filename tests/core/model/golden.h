// Golden cases of tests/golden as tensors.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/model/checkpoint_io.h"
#include "core/model/transformer/transformer.h"
#include "core/store/hdf5_file.h"

namespace kairo {

struct Golden {
  explicit Golden(const std::string& case_name);

  at::Tensor integers(const std::string& path) const;
  at::Tensor floats(const std::string& path) const;

  std::string name;
  Transformer model;  // its weights want gradients
  Hdf5Reader expected;
};

inline std::vector<std::string> golden_cases() {
  return {"gelu_ln_small", "attn_only", "relu_lnpre"};
}

// Error in norm over finite entries, relative to the expected norm; infinite where the masks of
// finite entries or the shapes differ.
double relative_error(const at::Tensor& got, const at::Tensor& expected);

// A copy of the model in double.
Transformer in_double(const Transformer& model);

}  // namespace kairo
