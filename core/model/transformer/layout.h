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

// init_mode gpt2: N(0, 0.8/sqrt(d_model)) for every W, zero biases, unit gains; seeded with
// options.seed (-1, the seed of an experiment that is not known here: 0), the same on every
// machine.
void initialize(FlatParameters& parameters, const TransformerOptions& options);

}  // namespace kairo
