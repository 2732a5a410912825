// What each MLP neuron adds to the residual stream, whole or along a direction. Labels and meaning:
// TransformerLens 3.9's ActivationCache.stack_neuron_results, its project_output_onto being
// stack_neuron_projections here. Read points and ApplyLn: core/circuits/residual_stack.h.
//
// Needed in the cache: mlp.hook_post of the blocks before `layer`; with incl_remainder
// hook_resid_pre of `layer` (hook_resid_post of the last block at the end); the norm's hook_scale
// where one is applied. What is missing is kNotFound naming it and the pattern to cache. kUsage:
// an attn_only model, a layer that is not there. kShape: neurons or positions out of range.
#pragma once

#include "core/circuits/attribution.h"
#include "core/circuits/residual_stack.h"
#include "core/model/transformer/transformer.h"

namespace kairo {

struct NeuronStackOptions {
  int64_t layer = -1;            // neurons of the blocks before
  std::vector<int64_t> neurons;  // of each block, in this order; empty: all
  bool incl_remainder = false;   // "remainder": the residual at `layer` minus these neurons
  ApplyLn apply_ln = ApplyLn::kNo;
  Positions positions;
};

// "L0N0", "L0N1", ...: hook_post of a neuron times its row of W_out, without b_out. Holds
// [layer · neuron, batch, pos, d_model].
ResidualStack stack_neuron_results(const Transformer& model, const ActivationCache& cache,
                                   const NeuronStackOptions& options = {});

// The same components' products with a direction [d_model], or one per [batch], or per
// [batch, pos]: hook_post · (W_out . direction) / scale, which never holds a number per neuron and
// d_model. With ApplyLn::kExact the norm's bias is a component too.
Attribution stack_neuron_projections(const Transformer& model, const ActivationCache& cache,
                                     const at::Tensor& direction,
                                     const NeuronStackOptions& options = {});

}  // namespace kairo
