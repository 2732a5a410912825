// The model words of a checkpoint as TransformerLens's HookedTransformerConfig takes them.
//
// Names are the same; what differs is a default that is no value there: rotary_dim 0 (all of
// d_head here) would turn nothing, so the number itself is written, and null for a model without
// rotary embedding. dtype is the name of a torch dtype ("float32"). Thread rule: pure.
#pragma once

#include <string>

namespace kairo {

// kCorrupt naming `where` for words that are not a model's.
std::string transformerlens_words(const std::string& model_json, const std::string& where);

}  // namespace kairo
