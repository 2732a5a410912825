// A checkpoint's model words and parameters as TransformerLens's HookedTransformer takes them.
//
// Names are the same; what differs is a default that is no value there: rotary_dim 0 (all of
// d_head here) would turn nothing, so the number itself is written, and null for a model without
// rotary embedding. dtype is the name of a torch dtype ("float32"). HookedTransformer knows neither
// tied embeddings nor a model without unembed.b_U: these words are left out, a tied unembed.W_U is
// a tensor of its own, and its own unembed.b_U is zero. Nor does it know dropout, or the init_mode
// hf_gpt2: gpt2 is written, since weights are read. Thread rule: pure.
#pragma once

#include <string>
#include <vector>

#include "core/store/checkpoint.h"

namespace kairo {

// kCorrupt naming `where` for words that are not a model's.
std::string transformerlens_words(const std::string& model_json, const std::string& where);

// The checkpoint's parameters, and unembed.W_U behind them where it is tied to embed.W_E. kCorrupt
// as above.
std::vector<NamedArray> transformerlens_parameters(const Checkpoint& checkpoint,
                                                   const std::string& where);

}  // namespace kairo
