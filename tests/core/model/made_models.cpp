#include "tests/core/model/made_models.h"

#include <ATen/ATen.h>
#include <torch/utils.h>

namespace kairo {

TransformerOptions small_options() {
  TransformerOptions options;
  options.n_layers = 2;
  options.n_heads = 2;
  options.d_model = 12;
  options.d_head = 6;
  options.d_mlp = 20;
  options.n_ctx = 8;
  options.d_vocab = 11;
  options.seed = 3;
  return options;
}

std::vector<MadeModel> made_models() {
  std::vector<MadeModel> made = {{"gelu_ln", small_options()}};
  const auto add = [&](const char* name, auto change) {
    made.push_back({name, small_options()});
    change(made.back().options);
  };
  add("relu_lnpre", [](TransformerOptions& o) {
    o.act_fn = ActFn::kRelu;
    o.normalization_type = Normalization::kLNPre;
  });
  add("no_norm_gelu_new", [](TransformerOptions& o) {
    o.act_fn = ActFn::kGeluNew;
    o.normalization_type = Normalization::kNone;
  });
  add("attn_only", [](TransformerOptions& o) { o.attn_only = true; });
  add("bidirectional_silu", [](TransformerOptions& o) {
    o.act_fn = ActFn::kSilu;
    o.attention_dir = AttentionDir::kBidirectional;
  });
  add("rotary_parallel", [](TransformerOptions& o) {
    o.positional_embedding_type = PositionalEmbedding::kRotary;
    o.rotary_dim = 4;
    o.parallel_attn_mlp = true;
  });
  add("tied_gelu_new", [](TransformerOptions& o) {
    o.act_fn = ActFn::kGeluNew;
    o.tie_embeddings = true;
    o.unembed_bias = false;
  });
  add("one_head_odd_sizes", [](TransformerOptions& o) {
    o.n_heads = 1;
    o.d_head = 5;
    o.d_model = 7;
    o.d_mlp = 3;
    o.n_layers = 1;
  });
  return made;
}

Transformer make_model(const MadeModel& made, ModelDtype dtype) {
  TransformerOptions options = made.options;
  options.dtype = dtype;
  Transformer model(options);
  model.initialize();
  const torch::NoGradGuard no_grad;
  for (const ParameterView& view : model.parameters().views()) {
    at::Tensor target = view.of(model.parameters().values());
    target.add_(0.3 * at::arange(target.numel(), target.options()).view(view.shape).sin());
  }
  return model;
}

at::Tensor make_tokens(const TransformerOptions& options, int64_t batch, int64_t pos) {
  return (at::arange(batch * pos, at::kLong) * 7 + 3).remainder(options.d_vocab).view({batch, pos});
}

}  // namespace kairo
