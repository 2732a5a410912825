// The slow readable twin: the same transformer in plain loops over doubles, kept for ever as the
// oracle of the fast one. No LibTorch operations, no fusing, one sequence at a time.
//
// Sources: TransformerLens 3.9 (HookedTransformer) for names and meaning; DESIGN's hook table for
// shapes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/config/transformer_options.h"

namespace kairo {

// Row-major numbers by name.
using NumbersByName = std::map<std::string, std::vector<double>>;

struct ReferenceRun {
  NumbersByName activations;   // by hook name, of one sequence: no batch axis
  std::vector<double> logits;  // [pos, d_vocab]
};

// `parameters` by TransformerLens name and shape. tokens [pos].
ReferenceRun reference_forward(const TransformerOptions& options, const NumbersByName& parameters,
                               const std::vector<int64_t>& tokens);

// Mean loss of predicting each next token, in nats.
double reference_loss(const ReferenceRun& run, const std::vector<int64_t>& tokens, int64_t d_vocab);

}  // namespace kairo
