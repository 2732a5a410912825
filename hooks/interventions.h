// Ready-made edits for hook points. Each returns an Edit for Hooks::edit; none changes its input.
//
// `Where` says which part of the activation is meant; whatever it leaves open is meant whole.
// Positions and heads are looked up by the point's axis names, so one Where serves points of
// different shape; an axis the point does not have is kUsage. A negative index counts from the end.
// Donors, references and vectors have exactly the shape written below: nothing is broadcast
// (kShape). Edits of one point compose in the order they were added. As values that can be printed
// and saved: core/config/intervention.h.
#pragma once

#include <vector>

#include "hooks/activation_cache.h"
#include "hooks/hooks.h"

namespace kairo {

struct Where {
  std::vector<int64_t> positions;  // of axis "pos" (or "query_pos"); empty: all
  std::vector<int64_t> heads;      // of axis "head"; empty: all
};

// Zero there.
Edit zero_ablation(const Where& where = {});
// The mean over the batch, position by position.
Edit mean_ablation(const Where& where = {});
// The mean over another run's batch, which has the same shape.
Edit mean_ablation(const ActivationCache& reference, const Where& where = {});
// Other examples' values: row i gets row order[i] of the same activation. order: [batch].
Edit resample_ablation(const std::vector<int64_t>& order, const Where& where = {});
// The donor's value there. donor: the point's shape.
Edit patch(const at::Tensor& donor, const Where& where = {});
// The donor run's value of each point the edit stands at: one edit for a pattern of many points.
// At "blocks.*.attn.hook_pattern" it freezes attention as it was in that run.
Edit patch(const ActivationCache& donor, const Where& where = {});
// Adds a vector along the last axis (a steering direction in the residual stream): [last axis].
Edit add_vector(const at::Tensor& vector, const Where& where = {});

}  // namespace kairo
