// How large each parameter is in a buffer laid out like the parameters: values, gradients, the
// difference of two checkpoints.
//
//   norm of a parameter  |W| = sqrt(sum of squares of its numbers), over all heads of W_Q, W_K,
//   W_V, W_O
//
// Thread rule: pure.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/model/flat_parameters.h"

namespace kairo {

// TransformerLens's names in the order of a forward pass, [parameter].
std::vector<std::string> parameter_names(const FlatParameters& layout);

// [parameter], in that order, added up in double. flat: [n] of any dtype and device.
std::vector<double> parameter_norms(const FlatParameters& layout, const at::Tensor& flat);

// The norm of all of them together: the root of the sum of their squares.
double total_norm(const std::vector<double>& norms);

}  // namespace kairo
