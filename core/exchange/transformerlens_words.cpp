#include "core/exchange/transformerlens_words.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/config/transformer_options.h"
#include "core/exchange/layout.h"

namespace kairo {

std::string transformerlens_words(const std::string& model_json, const std::string& where) {
  const TransformerOptions options = transformer_options_from_json(model_json, where);
  auto words = nlohmann::ordered_json::parse(to_json(options));
  if (options.positional_embedding_type != PositionalEmbedding::kRotary) {
    words["rotary_dim"] = nullptr;
  } else if (options.rotary_dim == 0) {
    words["rotary_dim"] = options.d_head;
  }
  for (const char* unknown :
       {"unembed_bias", "tie_embeddings", "embed_dropout", "attn_dropout", "resid_dropout"}) {
    words.erase(unknown);
  }
  words["init_mode"] = "gpt2";  // of weights that are read, not drawn
  return words.dump();
}

std::vector<NamedArray> transformerlens_parameters(const Checkpoint& checkpoint,
                                                   const std::string& where) {
  std::vector<NamedArray> parameters = checkpoint.parameters;
  const TransformerOptions options = transformer_options_from_json(checkpoint.model_json, where);
  if (!options.tie_embeddings) return parameters;
  const auto embedding = std::find_if(parameters.begin(), parameters.end(),
                                      [](const auto& each) { return each.name == "embed.W_E"; });
  const std::size_t n = static_cast<std::size_t>(options.d_vocab * options.d_model);
  if (embedding == parameters.end() || embedding->values.size() != n) {
    throw Error(ErrorKind::kCorrupt)
        .at(where)
        .fact("embed.W_E is missing or has not the size that the model words say");
  }
  parameters.push_back(
      transposed("unembed.W_U", embedding->values, options.d_vocab, options.d_model));
  return parameters;
}

}  // namespace kairo
