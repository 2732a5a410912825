// A transformer's words. Names and meaning are TransformerLens's (HookedTransformerConfig).
#pragma once

#include <memory>
#include <string>

#include "core/config/model_options.h"

namespace kairo {

enum class ActFn { kGelu, kGeluNew, kRelu, kSilu };
enum class Normalization { kLN, kLNPre, kNone };
enum class PositionalEmbedding { kStandard, kRotary };
enum class InitMode { kGpt2, kHfGpt2 };

constexpr char kTransformerKind[] = "transformer";

struct TransformerOptions : ModelOptions {
  int64_t n_layers = 4;
  int64_t n_heads = 4;
  int64_t d_model = 128;
  int64_t d_head = 32;
  int64_t d_mlp = 512;
  ActFn act_fn = ActFn::kGelu;  // gelu: exact (erf); gelu_new: tanh
  Normalization normalization_type = Normalization::kLN;
  bool attn_only = false;
  bool parallel_attn_mlp = false;
  AttentionDir attention_dir = AttentionDir::kCausal;
  PositionalEmbedding positional_embedding_type = PositionalEmbedding::kStandard;
  int64_t rotary_dim = 0;  // 0: d_head
  double rotary_base = 10000;
  double eps = 1e-5;  // added to the variance in every norm
  bool unembed_bias = true;
  bool tie_embeddings = false;  // unembed.W_U is embed.W_E turned over
  // Shares of numbers that a training pass sets to zero, [0, 1).
  double embed_dropout = 0;  // of the summed embeddings
  double attn_dropout = 0;   // of the attention pattern
  double resid_dropout = 0;  // of what attention and MLP write
  InitMode init_mode = InitMode::kGpt2;

  std::vector<Field> fields() override;
  const char* kind() const override { return kTransformerKind; }
  std::unique_ptr<ModelOptions> clone() const override {
    return std::make_unique<TransformerOptions>(*this);
  }
  bool is_causal() const override { return attention_dir == AttentionDir::kCausal; }
  int64_t parameter_count() const override;
  // rotary_dim > d_head, d_mlp 0 with an MLP…
  void check() const override;
};

// The words as those of a transformer. kConfig, naming `who` needs one and the family that it is.
const TransformerOptions& as_transformer(const ModelOptions& options, const std::string& who);

// As model_options_from_json; kConfig for another family.
TransformerOptions transformer_options_from_json(const std::string& json, const std::string& where);

}  // namespace kairo
