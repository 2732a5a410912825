// Rewritings of the weights that keep what a model computes and make single weights readable.
// Source: TransformerLens's ProcessWeights, whose names, order and results these are.
//
//   fold_ln                 A norm gives g * x^ + c with x^ of mean zero over d_model, and
//                           (g * x^ + c) W + b = x^ (g W) + (c W + b): gain and bias of ln1, ln2
//                           and ln_final go into W_Q, W_K, W_V, W_in, W_U and their biases. LN
//                           becomes LNPre. Of these weights the mean over d_model, which x^ does
//                           not see, is then taken away. LNPre and no norm: nothing to fold.
//   center_writing_weights  Every norm takes the mean over d_model away, so W_E, W_pos, W_O, b_O,
//                           W_out and b_out need not write one. Residuals lose their mean.
//   center_unembed          W_U and b_U lose their mean over the vocabulary: every logit shifts by
//                           the same amount, log-probabilities stay.
//   fold_value_biases       A row of attention sums to 1, so a head adds b_V W_O at every position:
//                           b_O += sum over heads of b_V W_O, b_V = 0.
//
// Logits are the same but for rounding (relative 1e-5 in float32, 1e-12 in float64), except the
// shift of center_unembed. What stands at hook points changes: folding moves ln's hook_normalized,
// hook_v, hook_z and hook_result, centring the residuals. Rotary, parallel, attention-only and
// bidirectional models are no special cases. The result has an unembedding and its bias for itself:
// each end of a model with tied embeddings is rewritten alone, and folding leaves a bias.
#pragma once

#include "core/config/processing_options.h"
#include "core/model/transformer/transformer.h"

namespace kairo {

// A new model, frozen as load_model's are; the given one is unchanged. kConfig
// for center_writing_weights without a norm, which would change the model.
Transformer process(const Transformer& model, const ProcessingOptions& options);
// The same of a model that must be a transformer: kConfig for another family.
std::unique_ptr<Model> process(const Model& model, const ProcessingOptions& options);

}  // namespace kairo
