// From a Hugging Face folder (config.json and model.safetensors, or shards with their index) to a
// checkpoint: model words and parameters named and shaped as in TransformerLens. Weights are taken
// as they are: norms are not folded, nothing is centred.
//
// Architectures: one layout each (layout.h), found by config.json's `model_type`.
#pragma once

#include <string>

#include "core/store/checkpoint.h"

namespace kairo {

// A checkpoint of the model alone, at step 0, with transformers' logits. kNotFound if folder or
// files are missing; kUsage for a file instead of the folder; kCorrupt, naming folder and word or
// tensor, for an unknown architecture, for any word of config.json that is unknown or asks for what
// is not done here, and for a tensor that is missing, of another shape or left over.
Checkpoint read_hugging_face(const std::string& folder);

}  // namespace kairo
