#include "tests/dummies/bigram.h"

#include <torch/utils.h>

#include <algorithm>

#include "core/base/random.h"
#include "core/kernels/embedding.h"
#include "core/kernels/linear.h"
#include "core/model/families.h"

namespace kairo::dummies {
namespace {

enum BigramPoint { kEmbedPoint, kUnembedPoint };

HookTable bigram_points() {
  return HookTable({{"hook_embed", {"batch", "pos", "d_model"}},
                    {"unembed.hook_out", {"batch", "pos", "d_vocab"}}});
}

const BigramOptions& bigram_words(const ModelOptions& options) {
  return dynamic_cast<const BigramOptions&>(options);
}

ParameterLayout bigram_layout(const BigramOptions& options) {
  ParameterLayout layout;
  layout.add("embed.W_E", {options.d_vocab, options.d_model});
  layout.add("unembed.W_U", {options.d_model, options.d_vocab});
  layout.add("unembed.b_U", {options.d_vocab});
  return layout;
}

ModelFamily bigram_family() {
  ModelFamily family;
  family.kind = "bigram";
  family.make = [](const ModelOptions& options, at::Device device, WeightGradients gradients) {
    return std::unique_ptr<Model>(new Bigram(bigram_words(options), device, gradients));
  };
  family.layout = [](const ModelOptions& options) { return bigram_layout(bigram_words(options)); };
  family.hook_table = [](const ModelOptions&) { return bigram_points(); };
  family.forward_flop = [](const ModelOptions& options, const PassShape& shape) {
    return 2.0 * static_cast<double>(shape.batch * shape.pos * bigram_words(options).d_model *
                                     options.d_vocab);
  };
  return family;
}

}  // namespace

std::vector<Field> BigramOptions::fields() {
  return {
      {"d_model", d_model, {1, 1 << 20}, "Width of the embedding."},
      {"n_ctx", n_ctx, {1, 1 << 20}, "Longest sequence, tokens."},
      {"d_vocab", d_vocab, {0, 1 << 24}, "Tokens known; 0: those of the task's vocabulary."},
      {"seed", seed, {-1, IntRange().most}, "Seed of the initial weights."},
      {"dtype", dtype, kDtypeNames, "Number format."},
  };
}

Bigram::Bigram(const BigramOptions& options, at::Device device, WeightGradients gradients)
    : options_(options),
      table_(bigram_points()),
      parameters_(bigram_layout(options), options.dtype, device, gradients) {}

Bigram::Bigram(const Bigram& other, FlatParameters parameters)
    : options_(other.options_), table_(other.table_), parameters_(std::move(parameters)) {}

std::map<std::string, int64_t> Bigram::axis_sizes() const {
  return {{"d_model", options_.d_model}, {"d_vocab", options_.d_vocab}};
}

void Bigram::initialize() {
  const torch::NoGradGuard no_grad;
  Random random(static_cast<uint64_t>(std::max<int64_t>(0, options_.seed)), 1);
  for (const std::string& name : {"embed.W_E", "unembed.W_U"}) {
    at::Tensor weights = parameters_.view(name).of(parameters_.values());
    at::Tensor drawn = at::empty(weights.sizes(), at::kDouble);
    std::generate_n(drawn.data_ptr<double>(), drawn.numel(), [&] { return random.normal(); });
    weights.copy_(drawn);
  }
}

std::unique_ptr<Model> Bigram::shard() const {
  return std::unique_ptr<Model>(new Bigram(*this, parameters_.shard()));
}

at::Tensor Bigram::forward(const at::Tensor& tokens, const Hooks& hooks,
                           const ForwardOptions& options) const {
  check_tokens(tokens, options_);
  const ActiveHooks active(hooks, table_);
  at::Tensor embedded = embed(tokens, parameters_.weight("embed.W_E"), {});
  if (active.wants_gradients() && at::GradMode::is_enabled() && !embedded.requires_grad()) {
    embedded.requires_grad_();
  }
  embedded = active.at(kEmbedPoint, embedded);
  const at::Tensor logits = active.at(
      kUnembedPoint,
      linear(embedded, parameters_.weight("unembed.W_U"), parameters_.weight("unembed.b_U")));
  const at::Tensor rows = position_rows(options.positions, logits);
  return rows.defined() ? logits.index_select(1, rows) : logits;
}

void add_bigram_family() {
  static const bool added = [] {
    add_model_kind({"bigram", [] { return std::unique_ptr<ModelOptions>(new BigramOptions()); }});
    add_model_family(bigram_family());
    return true;
  }();
  static_cast<void>(added);
}

}  // namespace kairo::dummies
