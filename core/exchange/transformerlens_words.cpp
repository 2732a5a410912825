#include "core/exchange/transformerlens_words.h"

#include <nlohmann/json.hpp>

#include "core/config/transformer_options.h"

namespace kairo {

std::string transformerlens_words(const std::string& model_json, const std::string& where) {
  const TransformerOptions options = transformer_options_from_json(model_json, where);
  auto words = nlohmann::ordered_json::parse(to_json(options));
  if (options.positional_embedding_type != PositionalEmbedding::kRotary) {
    words["rotary_dim"] = nullptr;
  } else if (options.rotary_dim == 0) {
    words["rotary_dim"] = options.d_head;
  }
  return words.dump();
}

}  // namespace kairo
