#include "core/config/model_options.h"

#include "core/base/error.h"

namespace kairo {
namespace {

const Names<ActFn> kActFnNames = {{ActFn::kGelu, "gelu"},
                                  {ActFn::kGeluNew, "gelu_new"},
                                  {ActFn::kRelu, "relu"},
                                  {ActFn::kSilu, "silu"}};
const Names<Normalization> kNormalizationNames = {
    {Normalization::kLN, "LN"}, {Normalization::kLNPre, "LNPre"}, {Normalization::kNone, "none"}};
const Names<AttentionDir> kAttentionDirNames = {{AttentionDir::kCausal, "causal"},
                                                {AttentionDir::kBidirectional, "bidirectional"}};
const Names<PositionalEmbedding> kPositionalEmbeddingNames = {
    {PositionalEmbedding::kStandard, "standard"}, {PositionalEmbedding::kRotary, "rotary"}};
const Names<InitMode> kInitModeNames = {{InitMode::kGpt2, "gpt2"}};
const Names<ModelDtype> kDtypeNames = {{ModelDtype::kFloat32, "float32"},
                                       {ModelDtype::kFloat64, "float64"}};

constexpr IntRange kWidth = {1, 1 << 20};
constexpr IntRange kWidthOrNone = {0, 1 << 20};

[[noreturn]] void contradict(const char* word, const std::string& expected, const std::string& came,
                             const char* hint) {
  throw Error(ErrorKind::kConfig, {std::string("model.") + word, expected, came, hint});
}

}  // namespace

std::vector<Field> ModelOptions::fields() {
  return {
      {"n_layers", n_layers, {1, 1000}, "Transformer blocks."},
      {"n_heads", n_heads, {1, 4096}, "Attention heads of a block."},
      {"d_model", d_model, kWidth, "Width of the residual stream."},
      {"d_head", d_head, kWidth, "Width of a head's query, key and value."},
      {"d_mlp", d_mlp, kWidthOrNone, "Neurons of a block's MLP; unused with attn_only."},
      {"n_ctx",
       n_ctx,
       {1, 1 << 20},
       "Longest sequence, tokens; also the rows of the positional embedding."},
      {"d_vocab", d_vocab, {0, 1 << 24}, "Tokens known; 0: those of the task's vocabulary."},
      {"act_fn", act_fn, kActFnNames,
       "Activation of the MLP: gelu is exact (erf), gelu_new its tanh form."},
      {"normalization_type", normalization_type, kNormalizationNames,
       "LN: with gain and bias; LNPre: centre and scale only; none (or null): neither."},
      {"attn_only", attn_only, "Leave out the MLPs."},
      {"parallel_attn_mlp", parallel_attn_mlp,
       "Attention and MLP of a block read the same residual (GPT-NeoX)."},
      {"attention_dir", attention_dir, kAttentionDirNames,
       "causal: a position sees itself and those before; bidirectional: all."},
      {"positional_embedding_type", positional_embedding_type, kPositionalEmbeddingNames,
       "standard: learned, added to the embedding; rotary: queries and keys are turned."},
      {"rotary_dim", rotary_dim, kWidthOrNone,
       "Dimensions of a head that are turned (even); 0: all of d_head."},
      {"rotary_base", rotary_base, {1, 1e12}, "Longest rotary wavelength over 2 pi, positions."},
      {"eps", eps, {0, 1}, "Added to the variance in every norm."},
      {"init_mode", init_mode, kInitModeNames,
       "gpt2: weights N(0, 0.8/sqrt(d_model)), zero biases, unit gains."},
      {"seed",
       seed,
       {-1, IntRange().most},
       "Seed of the initial weights; -1: experiment.seed, so that repeats differ in weights too."},
      {"dtype", dtype, kDtypeNames,
       "Number format of weights and activations; float64 for reference runs, slow."},
  };
}

void check(const ModelOptions& options) {
  if (options.attn_only && options.parallel_attn_mlp) {
    contradict("parallel_attn_mlp", "false with attn_only", "true",
               "there is no MLP beside attention");
  }
  if (!options.attn_only && options.d_mlp == 0) {
    contradict("d_mlp", "at least 1", "0", "for a model without MLP set model.attn_only=true");
  }
  if (options.positional_embedding_type != PositionalEmbedding::kRotary) return;
  if (options.rotary_dim > options.d_head) {
    contradict("rotary_dim", "at most d_head = " + std::to_string(options.d_head),
               std::to_string(options.rotary_dim), "0 means all of d_head");
  }
  const int64_t turned = options.rotary_dim == 0 ? options.d_head : options.rotary_dim;
  if (turned % 2 != 0) {
    contradict("rotary_dim", "an even number", std::to_string(turned),
               "dimensions are turned in pairs");
  }
}

}  // namespace kairo
