// The strings of a disambiguation world, before they are put into sequences: bases B, selectors z
// and the targets A that a base has with each selector.
//
// Each kind is drawn uniformly without replacement from its own stream of the seed, so that all
// four directions see one world, a larger n_unique_b keeps the earlier bases, and a larger k keeps
// the bases and the earlier selectors.
#pragma once

#include <cstdint>
#include <vector>

#include "studies/late_disambiguation/data/options.h"

namespace kairo::late_disambiguation {

using TokenString = std::vector<int32_t>;

struct DisambiguationWorld {
  std::vector<TokenString> bases;                 // [n_unique_b][b_length], distinct
  std::vector<TokenString> selectors;             // [k][z_length], distinct; empty without z
  std::vector<std::vector<TokenString>> targets;  // [n_unique_b][k][a_length], distinct over all
};

// True for the directions whose sequences hold a selector.
bool has_selector(Direction direction);

// Streams of experiment.seed; the split of the examples has its own, so that holding out does not
// change the strings.
enum class DataStream : uint64_t { kBases = 1, kSelectors = 2, kTargets = 3, kSplit = 4 };

// With enforce_unique_a_first_char_per_b the first characters of a base's targets are a uniform
// draw without replacement and the rest of the target is uniform among those its first character
// has left; where the space is so full that such a draw would leave too little for the later bases,
// the first characters with most left are taken. Throws kConfig where the options ask for more
// strings than there are, naming key and limit.
DisambiguationWorld draw_world(const DisambiguationOptions& options, uint64_t seed);

}  // namespace kairo::late_disambiguation
