// Which examples are held out of training.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/data/dataset.h"

#include "studies/late_disambiguation/data/options.h"

namespace kairo::late_disambiguation {

// Holds out round(probe_fraction·N) of the N examples at random, or with split_by_base the examples
// of round(probe_fraction·n) of the n groups. The order of holding out does not depend on the
// fraction: a larger one holds out the same and more. `group` is [example], values 0 … n_groups-1.
// Throws kConfig where the fraction is not in [0, 1) or leaves no training example.
std::vector<Split> draw_split(const DisambiguationOptions& options,
                              const std::vector<int64_t>& group, int64_t n_groups, Random random);

}  // namespace kairo::late_disambiguation
