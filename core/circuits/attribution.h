// Direct logit attribution: how much each component of the residual stream adds to a logit or to a
// difference of two. Names and meaning: TransformerLens 3.9's ActivationCache.logit_attrs.
//
//   attribution of x = (x - mean(x)) / scale · w . (W_U[:, t] - W_U[:, t'])
// with ln_final's cached scale and gain w. With the two constants, "ln_final.b" (LN) and
// "unembed.b_U" (a model that has it), the attributions of a whole decomposition sum to the logit,
// or to the difference. TransformerLens has neither w nor the constants, so its sum is the logit
// only where w was folded away, and then but for the biases.
//
// Thread rule: free functions over const objects; any thread may call.
#pragma once

#include "core/circuits/residual_stack.h"
#include "core/model/transformer/transformer.h"

namespace kairo {

struct Attribution {
  std::vector<std::string> labels;  // [component]
  at::Tensor values;  // [component, batch, pos], in logits; no pos axis for one position
};

// Columns of W_U: tokens [..] int64 -> [.., d_model]; minus those of incorrect_tokens, of the same
// shape, where given. kShape for ids outside the vocabulary or shapes that differ.
at::Tensor tokens_to_residual_directions(const Transformer& model, const at::Tensor& tokens,
                                         const at::Tensor& incorrect_tokens = {});

struct LogitAttrOptions {
  at::Tensor incorrect_tokens;  // undefined: the logit of `tokens` itself
  bool exact = true;            // false: TransformerLens's numbers, without w and constants
  bool against_mean = false;    // minus the mean of all logits; not with incorrect_tokens
};

// stack: made with ApplyLn::kNo. tokens: one for all [], one per [batch], or per [batch, pos] of
// the stack. Needs ln_final.hook_scale in the cache where the model has a norm. kUsage for a stack
// that has been through a norm.
Attribution logit_attrs(const Transformer& model, const ActivationCache& cache,
                        const ResidualStack& stack, const at::Tensor& tokens,
                        const LogitAttrOptions& options = {});

}  // namespace kairo
