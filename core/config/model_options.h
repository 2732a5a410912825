// The model's words: what a checkpoint's `model` group carries as JSON and a YAML file as `model:`.
// Names and meaning are TransformerLens's (HookedTransformerConfig).
#pragma once

#include "core/config/fields.h"

namespace kairo {

enum class ActFn { kGelu, kGeluNew, kRelu, kSilu };
enum class Normalization { kLN, kLNPre, kNone };
enum class AttentionDir { kCausal, kBidirectional };
enum class PositionalEmbedding { kStandard, kRotary };
enum class InitMode { kGpt2 };
enum class ModelDtype { kFloat32, kFloat64 };

struct ModelOptions : Options {
  int64_t n_layers = 4;
  int64_t n_heads = 4;
  int64_t d_model = 128;
  int64_t d_head = 32;
  int64_t d_mlp = 512;
  int64_t n_ctx = 32;
  int64_t d_vocab = 0;          // 0: taken from the task's vocabulary
  ActFn act_fn = ActFn::kGelu;  // gelu: exact (erf); gelu_new: tanh
  Normalization normalization_type = Normalization::kLN;
  bool attn_only = false;
  bool parallel_attn_mlp = false;
  AttentionDir attention_dir = AttentionDir::kCausal;
  PositionalEmbedding positional_embedding_type = PositionalEmbedding::kStandard;
  int64_t rotary_dim = 0;  // 0: d_head
  double rotary_base = 10000;
  double eps = 1e-5;  // added to the variance in every norm
  InitMode init_mode = InitMode::kGpt2;
  int64_t seed = -1;  // of the initial weights; -1: the experiment's
  ModelDtype dtype = ModelDtype::kFloat32;

  std::vector<Field> fields() override;
};

// Throws kConfig where the words contradict each other (rotary_dim > d_head, d_mlp 0 with an MLP…).
void check(const ModelOptions& options);

// The words as JSON, as a checkpoint carries them, and back. A missing word has its default, an
// unknown or ill-typed one is kCorrupt naming it and `where`. normalization_type null means none.
std::string to_json(const ModelOptions& options);
ModelOptions model_options_from_json(const std::string& json, const std::string& where);

}  // namespace kairo
