#include "core/config/processing_options.h"

namespace kairo {

std::vector<Field> ProcessingOptions::fields() {
  return {
      {"fold_ln", fold_ln,
       "Move the gain and bias of every norm into the weights that read it (LN becomes LNPre)."},
      {"center_writing_weights", center_writing_weights,
       "Give what is written to the residual stream mean zero over d_model; needs a norm."},
      {"center_unembed", center_unembed,
       "Give the unembedding mean zero over the vocabulary; log-probabilities stay."},
      {"fold_value_biases", fold_value_biases,
       "Move the value biases through W_O into b_O, so that a head's output has none."},
  };
}

// By the one list of fields, so that none is forgotten.
bool changes_weights(const ProcessingOptions& options) {
  return to_json(options) != to_json(ProcessingOptions());
}

}  // namespace kairo
