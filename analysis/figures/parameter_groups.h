// Parameters in groups that a figure can draw: by kind of weight over all layers, or a part of each
// layer. From the names on a record's axis "parameter", TransformerLens's. Biases and gains of
// norms are in no group.
#pragma once

#include <string>
#include <vector>

#include "analysis/figures/from_run.h"

namespace kairo {

struct ParameterGroup {
  std::string name;                  // "W_Q", "layer 2"
  std::vector<std::size_t> members;  // on the axis
};

// "W_E", "W_pos", "W_Q" …, in the order of the axis.
std::vector<ParameterGroup> groups_by_kind(const Axis& parameters);
// Of these, the weights of attention (W_Q, W_K, W_V, W_O), or all others: one panel has room for
// few.
std::vector<ParameterGroup> of_attention(const std::vector<ParameterGroup>& kinds, bool attention);
// The weights of one part of each block: "attn" or "mlp".
std::vector<ParameterGroup> groups_by_layer(const Axis& parameters, const std::string& part);

// A line a group: the root of the sum of its members' squares, as if they were one vector.
Lines group_lines(const Record& record, const SeriesQuantity& quantity,
                  const std::vector<ParameterGroup>& groups);

}  // namespace kairo
