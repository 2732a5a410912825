// A weight as the fused operations take it: its value, and where its gradient goes.
//
// Where `gradient` is defined, an operation's backward adds to it in place and gives autograd
// nothing for the weight: no temporary of the weight's size, no second pass to add it. Two backward
// passes into one buffer must not run at once. Where it is undefined, autograd gets the gradient as
// usual.
#pragma once

#include <ATen/core/Tensor.h>

#include <utility>

namespace kairo {

struct Weight {
  Weight() = default;
  Weight(at::Tensor value) : value(std::move(value)) {}  // NOLINT: a tensor is a weight
  Weight(at::Tensor value, at::Tensor gradient)
      : value(std::move(value)), gradient(std::move(gradient)) {}

  // Part of an axis, of both; also of a weight that is not there.
  Weight narrow(int64_t axis, int64_t begin, int64_t length) const {
    const auto part = [&](const at::Tensor& whole) {
      return whole.defined() ? whole.narrow(axis, begin, length) : whole;
    };
    return {part(value), part(gradient)};
  }

  // Of a matrix: both turned over, sharing memory.
  Weight transposed() const { return {value.t(), gradient.defined() ? gradient.t() : gradient}; }

  at::Tensor value;
  at::Tensor gradient;  // like value, or undefined
};

}  // namespace kairo
