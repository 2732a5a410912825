// Rewritings of a model's weights that keep what it computes and make it easier to read; what each
// does stands in core/circuits/processing.h. Names are TransformerLens's (HookedTransformer's
// from_pretrained, which turns all of them on; here all are off unless asked for).
#pragma once

#include <string>

#include "core/config/fields.h"

namespace kairo {

struct ProcessingOptions : Options {  // probes.processing.*
  bool fold_ln = false;
  bool center_writing_weights = false;
  bool center_unembed = false;
  bool fold_value_biases = false;

  std::vector<Field> fields() override;
};

// Whether any of them is on.
bool changes_weights(const ProcessingOptions& options);

// {"fold_ln":true,…}, in the order of the list.
std::string to_json(const ProcessingOptions& options);

}  // namespace kairo
