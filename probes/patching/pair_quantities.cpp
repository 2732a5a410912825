#include "probes/patching/pair_quantities.h"

#include <ATen/ATen.h>

#include <limits>

namespace kairo {
namespace {

// Stream of probes.seed beside the one of the examples.
constexpr uint64_t kBootstrapStream = 0x626f6f74;

}  // namespace

PairQuantities::PairQuantities(const ProbeInputs& inputs, int64_t bootstrap_samples)
    : no_pair_(inputs.is_pair.logical_not()), pairs_(inputs.is_pair.nonzero().squeeze(1)) {
  if (n_pairs() == 0) return;
  const Random random(static_cast<uint64_t>(inputs.options.seed), kBootstrapStream);
  counts_ = bootstrap_counts(bootstrap_samples, n_pairs(), random).to(pairs_.device());
}

Quantity PairQuantities::of_pairs(const QuantityText& text, const std::vector<Axis>& axes,
                                  const at::Tensor& values) const {
  std::vector<int64_t> shape(static_cast<std::size_t>(values.dim()), 1);
  shape[0] = values.size(0);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return per_example(text, axes, values.masked_fill(no_pair_.view(shape), nan));
}

Estimate PairQuantities::effect(const at::Tensor& moved, const at::Tensor& whole) const {
  return ratio_of_means(moved.index_select(0, pairs_), whole.index_select(0, pairs_), counts_);
}

void PairQuantities::add_counts(std::vector<Quantity>& to) const {
  const int64_t n = no_pair_.size(0);
  to.push_back(constant({"n_pairs", "pairs whose first target tokens differ", "1"}, {},
                        {static_cast<double>(n_pairs())}, n));
  to.push_back(constant(
      {"n_pairs_left_out", "pairs with equal first target tokens, or without a known a'", "1"}, {},
      {static_cast<double>(n - n_pairs())}, n));
}

}  // namespace kairo
