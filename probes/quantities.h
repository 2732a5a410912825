// From tensors to the quantities of a record.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/store/record.h"

namespace kairo {

struct QuantityText {
  std::string name;
  std::string definition;  // one sentence
  std::string units;
  Timing timing = Timing::kNotTimed;  // how its rise over steps is timed
};

// An axis 0 … n-1.
Axis counted_axis(const std::string& name, int64_t n);
// The same with a name for each coordinate.
Axis named_axis(const std::string& name, const std::vector<std::string>& names);

// values [example, axes…], NaN where an example has none; mean and standard error over examples.
Quantity per_example(const QuantityText& text, const std::vector<Axis>& axes,
                     const at::Tensor& values);

// A number that is the same for all `n_examples` (a reference value, a count): error 0, no
// per-example values. values [axes…].
Quantity constant(const QuantityText& text, const std::vector<Axis>& axes,
                  const std::vector<double>& values, int64_t n_examples);

// A number without a standard error that its n examples would give it: of weights alone (n 0, so
// that it is exact), or a function of all examples that is no mean (a norm of their gradient). The
// error is NaN: not 0, which would be a claim. values [axes…].
Quantity without_error(const QuantityText& text, const std::vector<Axis>& axes,
                       const std::vector<double>& values, int64_t n_examples = 0);
Quantity without_error(const QuantityText& text, const std::vector<Axis>& axes,
                       const at::Tensor& values, int64_t n_examples = 0);

// A ratio of means or the like, with errors of its own. mean, standard_error [axes…].
struct Estimate {
  std::vector<double> mean;
  std::vector<double> standard_error;
};
Quantity derived(const QuantityText& text, const std::vector<Axis>& axes, const Estimate& estimate,
                 int64_t n_examples);

// log P(token) at the given logits: logits [n, d_vocab], tokens [n] int64 -> [n], in double.
at::Tensor log_probability_of(const at::Tensor& logits, const at::Tensor& tokens);

}  // namespace kairo
