// Small random models of every kind that the model words can name.
#pragma once

#include <ATen/core/Tensor.h>

#include <ostream>
#include <string>
#include <vector>

#include "core/model/transformer/transformer.h"

namespace kairo {

struct MadeModel {
  std::string name;
  TransformerOptions options;
};

inline std::ostream& operator<<(std::ostream& out, const MadeModel& made) {
  return out << made.name;
}

TransformerOptions small_options();

std::vector<MadeModel> made_models();

// Weights, biases and gains all away from 0 and 1, so that leaving one out shows.
Transformer make_model(const MadeModel& made, ModelDtype dtype);

// [batch, pos] int64, below options.d_vocab.
at::Tensor make_tokens(const TransformerOptions& options, int64_t batch, int64_t pos);

}  // namespace kairo
