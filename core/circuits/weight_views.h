// A model's weights by TransformerLens's names (HookedTransformer's properties), stacked over
// layers.
//
//   W_Q, W_K, W_V  [layer, head, d_model, d_head]     b_Q, b_K, b_V  [layer, head, d_head]
//   W_O            [layer, head, d_head, d_model]     b_O            [layer, d_model]
//   W_in  [layer, d_model, d_mlp]   b_in [layer, d_mlp]   W_out [layer, d_mlp, d_model]
//   b_out [layer, d_model]          (no MLP in an attn_only model)
//   W_E [d_vocab, d_model]   W_pos [n_ctx, d_model]   W_U [d_model, d_vocab]   b_U [d_vocab]
//   W_E_pos [d_vocab + n_ctx, d_model], W_E above W_pos  (neither with rotary positions)
// With tied embeddings W_U is W_E's memory turned over. b_U is there with unembed_bias alone.
//
// All but W_E_pos are views of the flat buffer: no number is copied, and a change of the parameters
// shows in them. Blocks are laid out alike, so that one stride leads from a layer to the next.
// Thread rule: as FlatParameters's values.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/model/transformer/transformer.h"

namespace kairo {

// Every name above, whether or not a model has it.
const std::vector<std::string>& weight_names();

// In the model's dtype, without a graph. kNotFound, with the nearest, for an unknown name; kUsage
// where this model has no such weight.
at::Tensor weights(const Transformer& model, const std::string& name);

// The same layout for any buffer that is laid out like the parameters (gradients, an optimiser
// state): stacked_view(parameters, "W_Q").of(parameters.gradients()). W_E_pos is no view: kUsage.
ParameterView stacked_view(const FlatParameters& parameters, const std::string& name);

}  // namespace kairo
