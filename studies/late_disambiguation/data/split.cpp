#include "studies/late_disambiguation/data/split.h"

#include <cmath>
#include <string>

#include "core/base/error.h"

namespace kairo::late_disambiguation {
namespace {

// round(fraction·n) of 0 … n-1, as flags.
std::vector<Split> hold_out(double fraction, int64_t n, Random random) {
  const int64_t n_held_out = std::llround(fraction * static_cast<double>(n));
  if (n_held_out >= n) {
    throw Error(ErrorKind::kConfig)
        .at("data.probe_fraction")
        .fact(std::to_string(fraction) + " of " + std::to_string(n) + " leaves nothing to train on")
        .hint("lower it or raise data.n_unique_b");
  }
  std::vector<Split> split(n, Split::kTrain);
  const std::vector<int64_t> order = random_permutation(random, n);
  for (int64_t i = 0; i < n_held_out; ++i) split[order[i]] = Split::kHeldOut;
  return split;
}

}  // namespace

std::vector<Split> draw_split(const DisambiguationOptions& options,
                              const std::vector<int64_t>& group, int64_t n_groups, Random random) {
  const double fraction = options.probe_fraction;
  if (!(fraction >= 0 && fraction < 1)) {
    throw Error(ErrorKind::kConfig)
        .at("data.probe_fraction")
        .expected("a share in [0, 1)")
        .came(std::to_string(fraction));
  }
  const int64_t n_examples = static_cast<int64_t>(group.size());
  if (!options.split_by_base) return hold_out(fraction, n_examples, random);
  const std::vector<Split> of_group = hold_out(fraction, n_groups, random);
  std::vector<Split> split(n_examples);
  for (int64_t i = 0; i < n_examples; ++i) split[i] = of_group[group[i]];
  return split;
}

}  // namespace kairo::late_disambiguation
