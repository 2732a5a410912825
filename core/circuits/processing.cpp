#include "core/circuits/processing.h"

#include <torch/utils.h>

#include "core/base/error.h"
#include "core/circuits/weight_views.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

at::Tensor parameter(const FlatParameters& parameters, const std::string& name) {
  return parameters.view(name).of(parameters.values());
}

// A copy without the norms' gains and biases where `words` has none, and with an unembedding's bias
// of zeros where the model has none.
Transformer copy_of(const Transformer& model, const TransformerOptions& words) {
  Transformer copy(words, model.parameters().values().device(), WeightGradients::kNone);
  const FlatParameters& parameters = copy.parameters();
  for (const ParameterView& view : parameters.views()) {
    const ParameterView* from = model.parameters().layout().find(view.name);
    if (from != nullptr) {
      view.of(parameters.values()).copy_(from->of(model.parameters().values()));
    }
  }
  return copy;
}

void subtract_mean(at::Tensor values, int64_t axis) {
  values.sub_(values.mean(axis, /*keepdim=*/true));
}

struct Reader {
  std::string weight;  // [.., d_model, out]
  std::string bias;    // [.., out]
};

// The norm called `norm` of `from` into what reads it in `to`.
void fold_norm(const FlatParameters& from, FlatParameters& to, const std::string& norm,
               const std::vector<Reader>& readers) {
  for (const Reader& reader : readers) {
    at::Tensor weight = parameter(to, reader.weight);
    parameter(to, reader.bias).add_(at::matmul(parameter(from, norm + ".b"), weight));
    weight.mul_(parameter(from, norm + ".w").unsqueeze(-1));
    subtract_mean(weight, -2);
  }
}

void fold_norms(const Transformer& model, Transformer& result) {
  const TransformerOptions& words = model.options();
  const auto fold = [&](const std::string& norm, const std::vector<Reader>& readers) {
    fold_norm(model.parameters(), result.parameters(), norm, readers);
  };
  for (int64_t layer = 0; layer < words.n_layers; ++layer) {
    const std::string block = "blocks." + std::to_string(layer) + ".";
    const std::string attn = block + "attn.", mlp = block + "mlp.";
    fold(
        block + "ln1",
        {{attn + "W_Q", attn + "b_Q"}, {attn + "W_K", attn + "b_K"}, {attn + "W_V", attn + "b_V"}});
    if (!words.attn_only) fold(block + "ln2", {{mlp + "W_in", mlp + "b_in"}});
  }
  fold("ln_final", {{"unembed.W_U", "unembed.b_U"}});
}

void center_writers(Transformer& model) {
  const TransformerOptions& words = model.options();
  std::vector<std::string> writers = {"W_E", "W_O", "b_O"};
  if (words.positional_embedding_type == PositionalEmbedding::kStandard) {
    writers.emplace_back("W_pos");
  }
  if (!words.attn_only) writers.insert(writers.end(), {"W_out", "b_out"});
  for (const std::string& name : writers) subtract_mean(weights(model, name), -1);
}

void fold_biases_of_values(Transformer& model) {
  at::Tensor values = weights(model, "b_V");  // [layer, head, d_head]
  const at::Tensor written = at::matmul(values.unsqueeze(-2), weights(model, "W_O"));
  weights(model, "b_O").add_(written.squeeze(-2).sum(1));  // over heads
  values.zero_();
}

void check(const Transformer& model, const ProcessingOptions& options) {
  const bool has_norm = model.options().normalization_type != Normalization::kNone;
  if (!options.center_writing_weights || has_norm) return;
  throw Error(ErrorKind::kConfig)
      .at("processing.center_writing_weights")
      .fact(
          "the model has no norm (normalization_type none), so centring would change what it "
          "computes")
      .hint("set it to false");
}

}  // namespace

Transformer process(const Transformer& model, const ProcessingOptions& options) {
  check(model, options);
  const torch::NoGradGuard no_grad;
  TransformerOptions words = model.options();
  // Each end of the model is rewritten by itself, and folding leaves a bias.
  words.tie_embeddings = false;
  words.unembed_bias = true;
  const bool folds = options.fold_ln && words.normalization_type == Normalization::kLN;
  if (folds) words.normalization_type = Normalization::kLNPre;
  Transformer result = copy_of(model, words);
  if (folds) fold_norms(model, result);
  if (options.center_writing_weights) center_writers(result);
  if (options.center_unembed) {
    for (const char* name : {"W_U", "b_U"}) subtract_mean(weights(result, name), -1);
  }
  if (options.fold_value_biases) fold_biases_of_values(result);
  return result;
}

std::unique_ptr<Model> process(const Model& model, const ProcessingOptions& options) {
  return std::make_unique<Transformer>(process(as_transformer(model, "processing"), options));
}

}  // namespace kairo
