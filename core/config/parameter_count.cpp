#include "core/config/parameter_count.h"

namespace kairo {
namespace {

int64_t norm_count(const ModelOptions& options) {
  return options.normalization_type == Normalization::kLN ? 2 * options.d_model : 0;
}

int64_t block_count(const ModelOptions& options) {
  const int64_t heads_width = options.n_heads * options.d_head;
  const int64_t attention =
      4 * options.d_model * heads_width + 3 * heads_width + options.d_model;  // with biases
  const int64_t block = norm_count(options) + attention;
  if (options.attn_only) return block;
  const int64_t mlp = 2 * options.d_model * options.d_mlp + options.d_mlp + options.d_model;
  return block + norm_count(options) + mlp;
}

}  // namespace

int64_t parameter_count(const ModelOptions& options) {
  const bool has_positions = options.positional_embedding_type == PositionalEmbedding::kStandard;
  const int64_t embedding =
      (options.d_vocab + (has_positions ? options.n_ctx : 0)) * options.d_model;
  const int64_t unembedding = (options.d_model + 1) * options.d_vocab;
  return embedding + options.n_layers * block_count(options) + norm_count(options) + unembedding;
}

}  // namespace kairo
