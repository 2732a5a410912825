#include "core/config/transformer_options.h"

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
const Names<InitMode> kInitModeNames = {{InitMode::kGpt2, "gpt2"}, {InitMode::kHfGpt2, "hf_gpt2"}};

constexpr IntRange kWidth = {1, 1 << 20};
constexpr IntRange kWidthOrNone = {0, 1 << 20};
constexpr RealRange kDropoutShare = {0, 1};  // 1 itself is refused by check()

[[noreturn]] void contradict(const char* word, const std::string& expected, const std::string& came,
                             const char* hint) {
  throw Error(ErrorKind::kConfig)
      .at(std::string("model.") + word)
      .expected(expected)
      .came(came)
      .hint(hint);
}

int64_t norm_count(const TransformerOptions& options) {
  return options.normalization_type == Normalization::kLN ? 2 * options.d_model : 0;
}

int64_t block_count(const TransformerOptions& options) {
  const int64_t heads_width = options.n_heads * options.d_head;
  const int64_t attention =
      4 * options.d_model * heads_width + 3 * heads_width + options.d_model;  // with biases
  const int64_t block = norm_count(options) + attention;
  if (options.attn_only) return block;
  const int64_t mlp = 2 * options.d_model * options.d_mlp + options.d_mlp + options.d_model;
  return block + norm_count(options) + mlp;
}

}  // namespace

std::vector<Field> TransformerOptions::fields() {
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
      {"unembed_bias", unembed_bias, "Logits have a bias, unembed.b_U; false: none (GPT-2)."},
      {"tie_embeddings", tie_embeddings,
       "The unembedding is the embedding turned over, one parameter with the gradients of both "
       "uses "
       "(GPT-2)."},
      {"embed_dropout", embed_dropout, kDropoutShare,
       "Share of the summed embeddings that a training pass sets to zero; the rest is scaled up."},
      {"attn_dropout", attn_dropout, kDropoutShare,
       "The same of the attention pattern, after its softmax."},
      {"resid_dropout", resid_dropout, kDropoutShare,
       "The same of what attention and MLP write, before it is added to the residual."},
      {"init_mode", init_mode, kInitModeNames,
       "gpt2: weights N(0, 0.8/sqrt(d_model)), zero biases, unit gains; hf_gpt2: as transformers' "
       "GPT-2, N(0, 0.02), W_O and W_out N(0, 0.02/sqrt(2 n_layers))."},
      {"seed",
       seed,
       {-1, IntRange().most},
       "Seed of the initial weights; -1: experiment.seed, so that repeats differ in weights too."},
      {"dtype", dtype, kDtypeNames,
       "Number format of weights and activations; float64 for reference runs, slow."},
  };
}

void TransformerOptions::check() const {
  if (attn_only && parallel_attn_mlp) {
    contradict("parallel_attn_mlp", "false with attn_only", "true",
               "there is no MLP beside attention");
  }
  if (!attn_only && d_mlp == 0) {
    contradict("d_mlp", "at least 1", "0", "for a model without MLP set model.attn_only=true");
  }
  for (const auto& [word, share] :
       {std::pair{"embed_dropout", embed_dropout}, std::pair{"attn_dropout", attn_dropout},
        std::pair{"resid_dropout", resid_dropout}}) {
    if (share < 1) continue;
    contradict(word, "less than 1", "1", "all of it would be dropped");
  }
  if (positional_embedding_type != PositionalEmbedding::kRotary) return;
  if (rotary_dim > d_head) {
    contradict("rotary_dim", "at most d_head = " + std::to_string(d_head),
               std::to_string(rotary_dim), "0 means all of d_head");
  }
  const int64_t turned = rotary_dim == 0 ? d_head : rotary_dim;
  if (turned % 2 != 0) {
    contradict("rotary_dim", "an even number", std::to_string(turned),
               "dimensions are turned in pairs");
  }
}

int64_t TransformerOptions::parameter_count() const {
  const bool has_positions = positional_embedding_type == PositionalEmbedding::kStandard;
  const int64_t embedding = (d_vocab + (has_positions ? n_ctx : 0)) * d_model;
  const int64_t unembedding =
      (tie_embeddings ? 0 : d_model * d_vocab) + (unembed_bias ? d_vocab : 0);
  return embedding + n_layers * block_count(*this) + norm_count(*this) + unembedding;
}

const TransformerOptions& as_transformer(const ModelOptions& options, const std::string& who) {
  const auto* transformer = dynamic_cast<const TransformerOptions*>(&options);
  if (transformer != nullptr) return *transformer;
  throw Error(ErrorKind::kConfig)
      .at(who)
      .fact("this needs a transformer, but the model's family is " + std::string(options.kind()));
}

TransformerOptions transformer_options_from_json(const std::string& json,
                                                 const std::string& where) {
  return as_transformer(*model_options_from_json(json, where), where);
}

}  // namespace kairo
