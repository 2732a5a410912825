// A patching sweep over the pairs (B, z) and (B, z') of probe inputs, in chunks of examples: what
// the probe causal_patching measures, before it is made into quantities.
#pragma once

#include <ATen/core/Tensor.h>

#include "probes/patching/patch_grid.h"
#include "studies/late_disambiguation/probes/causal_patching.h"

namespace kairo::late_disambiguation {

// Metrics of all examples, in nats; columns as the patches of their grid. Rows that are no pair
// hold numbers without meaning.
struct PairDifferences {
  at::Tensor clean, corrupt;  // [n]
  at::Tensor patched;         // [n, patch]
  at::Tensor estimated;     // [n, patch], the first-order estimate; no columns where not asked for
  at::Tensor control;       // [n, control patch]
  at::Tensor z_dependence;  // [n]
};

class PairSweep {
 public:
  // Throws kConfig where a position of the options is no position of the data.
  PairSweep(const CausalPatchingOptions& options, const Transformer& model,
            const ProbeInputs& inputs);

  const PatchGrid& grid() const { return grid_; }
  const PatchGrid& control_grid() const { return control_grid_; }  // empty without a control

  // Throws kNumeric where a self-check fails.
  PairDifferences run() const;

 private:
  PairDifferences run(const Chunk& chunk) const;
  void check_before_part(const at::Tensor& patched, const SweepInputs& sweep) const;

  const CausalPatchingOptions& options_;
  const Transformer& model_;
  const ProbeInputs& inputs_;
  PatchGrid grid_, control_grid_;
  at::Tensor other_base_inputs_;  // [n, pos]
};

// For each example one of another document with the same value of the part, or -1 if there is none.
std::vector<int64_t> draw_other_bases(const Dataset& data, const ProbeInputs& inputs);

}  // namespace kairo::late_disambiguation
