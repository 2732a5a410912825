#include "probes/quantities.h"

#include <ATen/ATen.h>

#include <limits>
#include <numeric>
#include <sstream>

#include "core/base/error.h"

namespace kairo {
namespace {

Quantity about(const QuantityText& text, const std::vector<Axis>& axes) {
  Quantity quantity;
  quantity.name = text.name;
  quantity.definition = text.definition;
  quantity.units = text.units;
  quantity.axes = axes;
  quantity.timing = text.timing;
  return quantity;
}

void check_axes(const Quantity& quantity, const at::Tensor& values) {
  bool fits = values.dim() == static_cast<int64_t>(quantity.axes.size()) + 1;
  for (std::size_t i = 0; fits && i < quantity.axes.size(); ++i) {
    fits = values.size(static_cast<int64_t>(i) + 1) ==
           static_cast<int64_t>(quantity.axes[i].values.size());
  }
  if (fits) return;
  std::ostringstream came;
  came << values.sizes();
  throw Error(ErrorKind::kShape)
      .at("quantity " + quantity.name)
      .expected("values [example, axes]")
      .came(came.str());
}

}  // namespace

Axis counted_axis(const std::string& name, int64_t n) {
  Axis axis{name, std::vector<int64_t>(static_cast<std::size_t>(n))};
  std::iota(axis.values.begin(), axis.values.end(), 0);
  return axis;
}

Axis named_axis(const std::string& name, const std::vector<std::string>& names) {
  Axis axis = counted_axis(name, static_cast<int64_t>(names.size()));
  axis.names = names;
  return axis;
}

Quantity per_example(const QuantityText& text, const std::vector<Axis>& axes,
                     const at::Tensor& values) {
  Quantity quantity = about(text, axes);
  check_axes(quantity, values);
  const at::Tensor floats = values.to(at::kCPU, at::kFloat).contiguous();
  const float* first = floats.data_ptr<float>();
  quantity.per_example.assign(first, first + floats.numel());
  quantity.per_example_rows = floats.size(0);
  summarize(quantity);
  return quantity;
}

Quantity constant(const QuantityText& text, const std::vector<Axis>& axes,
                  const std::vector<double>& values, int64_t n_examples) {
  return derived(text, axes, {values, std::vector<double>(values.size(), 0.0)}, n_examples);
}

Quantity without_error(const QuantityText& text, const std::vector<Axis>& axes,
                       const std::vector<double>& values, int64_t n_examples) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return derived(text, axes, {values, std::vector<double>(values.size(), nan)}, n_examples);
}

Quantity without_error(const QuantityText& text, const std::vector<Axis>& axes,
                       const at::Tensor& values, int64_t n_examples) {
  const at::Tensor numbers = values.to(at::kCPU, at::kDouble).contiguous();
  const double* first = numbers.data_ptr<double>();
  const std::vector<double> all(first, first + numbers.numel());
  return without_error(text, axes, all, n_examples);
}

Quantity derived(const QuantityText& text, const std::vector<Axis>& axes, const Estimate& estimate,
                 int64_t n_examples) {
  Quantity quantity = about(text, axes);
  quantity.mean = estimate.mean;
  quantity.standard_error = estimate.standard_error;
  quantity.n_examples = n_examples;
  return quantity;
}

at::Tensor log_probability_of(const at::Tensor& logits, const at::Tensor& tokens) {
  return at::log_softmax(logits.to(at::kDouble), -1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1);
}

}  // namespace kairo
