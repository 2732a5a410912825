#include "core/circuits/read_point.h"

#include <ATen/ATen.h>

#include <sstream>

#include "core/base/error.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

// "blocks.3.attn.hook_z" -> "blocks.*.attn.hook_z": the other layers will be missed next.
std::string pattern_of(const std::string& name) {
  const std::string blocks = "blocks.";
  if (name.compare(0, blocks.size(), blocks) != 0) return name;
  return blocks + "*" + name.substr(name.find('.', blocks.size()));
}

void check_layer(const TransformerOptions& options, int64_t layer, bool mlp_input,
                 const std::string& asked_by) {
  if (layer < 0 || layer > options.n_layers) {
    throw Error(ErrorKind::kUsage)
        .at(asked_by + ", layer")
        .expected("0 to " + std::to_string(options.n_layers) + ", or -1 for the end of the model")
        .came(std::to_string(layer));
  }
  if (!mlp_input) return;
  if (options.attn_only || layer == options.n_layers) {
    throw Error(ErrorKind::kUsage)
        .at(asked_by + ", mlp_input")
        .fact(options.attn_only ? "an attn_only model has no MLP"
                                : "there is no MLP at the end of the model")
        .hint(options.attn_only ? "leave mlp_input out" : "give a layer");
  }
}

}  // namespace

ReadPoint read_point(const TransformerOptions& options, int64_t layer, bool mlp_input,
                     const std::string& asked_by) {
  ReadPoint point;
  point.layer = layer == -1 ? options.n_layers : layer;
  point.mlp_input = mlp_input;
  check_layer(options, point.layer, mlp_input, asked_by);
  const bool past_attention = mlp_input && !options.parallel_attn_mlp;
  point.n_attentions = point.layer + (past_attention ? 1 : 0);
  if (point.layer == options.n_layers) {
    point.residual_name = "blocks." + std::to_string(options.n_layers - 1) + ".hook_resid_post";
    point.norm_name = "ln_final";
    return point;
  }
  const std::string block = "blocks." + std::to_string(point.layer) + ".";
  point.residual_name = block + (past_attention ? "hook_resid_mid" : "hook_resid_pre");
  point.norm_name = block + (mlp_input ? "ln2" : "ln1");
  point.scale = mlp_input ? PointKind::kLn2Scale : PointKind::kLn1Scale;
  point.normalized = mlp_input ? PointKind::kLn2Normalized : PointKind::kLn1Normalized;
  point.norm_layer = point.layer;
  return point;
}

void LinearNorm::check_fits(at::IntArrayRef batch_pos) const {
  if (!scale.defined() || scale.sizes().slice(0, scale.dim() - 1) == batch_pos) return;
  // A run whose split inputs were edited has a scale per head, which no one residual has.
  std::ostringstream expected, came;
  expected << "one for each (batch, pos) of " << batch_pos;
  came << scale.sizes();
  throw Error(ErrorKind::kShape)
      .at("the cached norm scale")
      .expected(expected.str())
      .came(came.str())
      .hint("take all from one run without edited split inputs");
}

at::Tensor LinearNorm::operator()(const at::Tensor& x) const {
  if (!scale.defined()) return x;
  check_fits(x.sizes().slice(1, x.dim() - 2));
  const at::Tensor centred = (x - x.mean(-1, /*keepdim=*/true)) / scale;
  return gain.defined() ? centred * gain : centred;
}

LinearNorm linear_norm(const Transformer& model, const ActivationCache& cache,
                       const ReadPoint& point, ApplyLn apply_ln, const Positions& positions,
                       const std::string& asked_by) {
  LinearNorm norm;
  const Normalization type = model.options().normalization_type;
  if (apply_ln == ApplyLn::kNo || type == Normalization::kNone) return norm;
  norm.scale = positions.pick(cached(cache, point.norm_name + ".hook_scale", asked_by), -2);
  if (apply_ln == ApplyLn::kExact && type == Normalization::kLN) {
    norm.gain = model.parameters().leaf(point.norm_name + ".w");
    norm.bias = model.parameters().leaf(point.norm_name + ".b");
    norm.bias_label = point.norm_name + ".b";
  }
  return norm;
}

const at::Tensor& cached(const ActivationCache& cache, const std::string& name,
                         const std::string& asked_by) {
  if (cache.has(name)) return cache[name];
  throw Error(ErrorKind::kNotFound)
      .at(asked_by)
      .fact("the cache has no '" + name + "'")
      .hint("cache it: run_with_cache(model, tokens, {\"" + pattern_of(name) + "\", ...})");
}

}  // namespace kairo
