// Where a transformer's parameters lie: q, k and v packed inside, TransformerLens's names outside.
#pragma once

#include "core/config/transformer_options.h"
#include "core/model/flat_parameters.h"
#include "core/model/parameter_layout.h"

namespace kairo {

// kConfig where the words ask for more than ParameterLayout::kMostElements.
ParameterLayout transformer_layout(const TransformerOptions& options);

// Zeros, as FlatParameters' constructor.
FlatParameters transformer_parameters(const TransformerOptions& options,
                                      at::Device device = at::kCPU,
                                      WeightGradients gradients = WeightGradients::kKept);

// Zero biases, unit gains, and each W drawn from N(0, s): with init_mode gpt2 s =
// 0.8/sqrt(d_model); with hf_gpt2 s = 0.02, and 0.02/sqrt(2 n_layers) for attn.W_O and mlp.W_out,
// which write into the residual (transformers' GPT2PreTrainedModel._init_weights). Tied embeddings
// are drawn once. Seeded with options.seed (-1, the seed of an experiment that is not known here:
// 0), the same on every machine.
void initialize(FlatParameters& parameters, const TransformerOptions& options);

}  // namespace kairo
