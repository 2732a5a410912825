// What the residual stream at a read point is made of: embeddings, attention and MLP outputs, heads
// (neurons: core/circuits/neuron_results.h), and the residual itself layer by layer. Meaning,
// order of components and labels are TransformerLens 3.9's (ActivationCache.decompose_resid and so
// on); where its results differ is said below. Read points and ApplyLn:
// core/circuits/residual_stack.h.
//
// Needed in the cache, beside the norm's hook_scale where a norm is applied; what is missing is
// kNotFound naming it and the pattern to cache:
//   accumulated_resid             hook_resid_pre, hook_resid_mid (incl_mid, mlp_input),
//                                 hook_resid_post of the last block
//   decompose_resid               hook_embed, hook_pos_embed, hook_attn_out, hook_mlp_out
//   stack_head_results            attn.hook_result, or attn.hook_z, from which it is made one layer
//                                 at a time; hook_resid_pre or _post of the read point for the rest
//   get_full_resid_decomposition  that, hook_embed, hook_pos_embed, and mlp.hook_post or
//                                 hook_mlp_out
// kUsage: a layer that is not there, a part that the model does not have, options that leave no
// component. kShape: positions out of range.
// A decomposition sums to the residual of a run without edits to the residual itself.
#pragma once

#include "core/circuits/residual_stack.h"
#include "core/model/transformer/transformer.h"

namespace kairo {

struct AccumulatedOptions {
  int64_t layer = -1;
  bool incl_mid = false;   // also "0_mid": between attention and MLP of each block before `layer`
  bool mlp_input = false;  // also "{layer}_mid" (a parallel block has none)
  // Each state through the norm that reads at `layer`, its statistics taken afresh, with gain and
  // bias: at the end of the model the logit lens before its unembedding. (TransformerLens takes the
  // cached scale, without gain and bias, where layer < n_layers: ApplyLn::kScale of
  // apply_ln_to_stack.)
  bool apply_ln = false;
  Positions positions;
};

// The residual as each block up to `layer` reads it: "0_pre", "1_pre", ..., "final_post".
ResidualStack accumulated_resid(const Transformer& model, const ActivationCache& cache,
                                const AccumulatedOptions& options = {});

enum class DecomposeMode { kAll, kMlp, kAttn };

struct DecomposeOptions {
  int64_t layer = -1;
  bool mlp_input = false;  // with the attention of block `layer`, where its MLP reads that
  DecomposeMode mode = DecomposeMode::kAll;
  bool incl_embeds = true;
  ApplyLn apply_ln = ApplyLn::kNo;
  Positions positions;
};

// "embed", "pos_embed", "0_attn_out", "0_mlp_out", ...; in mode kAll with embeddings it sums to the
// residual at the read point. An embedding that the model has and the cache lacks is an error, not
// left out.
ResidualStack decompose_resid(const Transformer& model, const ActivationCache& cache,
                              const DecomposeOptions& options = {});

struct HeadStackOptions {
  int64_t layer = -1;           // heads of the blocks before
  bool incl_remainder = false;  // "remainder": the residual at `layer` minus these heads
  ApplyLn apply_ln = ApplyLn::kNo;
  Positions positions;
};

// "L0H0", "L0H1", ...: each head's z W_O, without b_O.
ResidualStack stack_head_results(const Transformer& model, const ActivationCache& cache,
                                 const HeadStackOptions& options = {});

struct FullDecompositionOptions {
  int64_t layer = -1;
  bool mlp_input = false;
  bool expand_neurons = true;  // "L0N0", ... else "0_mlp_out", ...
  ApplyLn apply_ln = ApplyLn::kNo;
  Positions positions;
};

// Heads, neurons or MLP outputs, "embed", "pos_embed" and "bias" (all b_O, and all b_out where
// neurons are expanded): sums to the residual at the read point. With neurons this holds
// n_layers · d_mlp times the residual; for attributions alone stack_neuron_projections
// (core/circuits/neuron_results.h) does without.
ResidualStack get_full_resid_decomposition(const Transformer& model, const ActivationCache& cache,
                                           const FullDecompositionOptions& options = {});

}  // namespace kairo
