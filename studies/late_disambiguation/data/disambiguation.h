// The task `disambiguation`: K targets share one base, and only a selector tells them apart.
//
//   bz_to_a   BOS B SEP z SEP A EOS   the selector decides between B's K targets
//   az_to_b   BOS A SEP z SEP B EOS   the selector is redundant
//   b_to_a    BOS B SEP A EOS         ambiguous: log K nats about the target cannot be learnt
//   a_to_b    BOS A SEP B EOS         no ambiguity
//
// The loss is on the target and EOS. Span "base" is the string before the first SEP, "selector" z
// and "target" the answer without EOS; group is the index of B in every direction, and a group's
// choices are the answers B can have: its K targets A, or B alone where B is the answer. One
// example a pair (B, selector index), ordered by B, then by selector.
#pragma once

#include <memory>
#include <string>

#include "core/data/task.h"

namespace kairo::late_disambiguation {

// Throws kConfig for options that cannot be met (see disambiguation_world.h, split.h,
// vocabulary.h).
std::shared_ptr<const MemoryDataset> make_disambiguation(const TaskRequest& request);

}  // namespace kairo::late_disambiguation
