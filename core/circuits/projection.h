// Components' products with a direction behind a norm whose scale is held, without normalising the
// components: centring is symmetric, so that
//   ((x - mean(x)) / scale · w) . d = x . (d · w - mean(d · w)) / scale.
// For the sources of attribution and neuron results.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/circuits/read_point.h"

namespace kairo {

struct Projection {
  // Before the norm: [batch, pos, d_model], axes of size 1 where all share it.
  at::Tensor direction;
  at::Tensor scale;     // [batch, pos]; undefined without a norm
  at::Tensor constant;  // bias . direction, broadcasts to [batch, pos]; undefined without a bias
  std::string constant_label;

  // products of components with `direction` [component, batch, pos] -> attributions.
  at::Tensor scaled(const at::Tensor& products) const {
    return scale.defined() ? products / scale : products;
  }
};

// direction [d_model], or with the first of the axes of batch_pos before it. kShape where neither.
Projection make_projection(const LinearNorm& norm, const at::Tensor& direction,
                           at::IntArrayRef batch_pos, const std::string& asked_by);

}  // namespace kairo
