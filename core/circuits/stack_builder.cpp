#include "core/circuits/stack_builder.h"

#include <ATen/ATen.h>

#include <numeric>
#include <utility>

#include "core/base/error.h"
#include "core/kernels/matmul.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

std::string block_name(int64_t layer) { return "blocks." + std::to_string(layer) + "."; }

}  // namespace

StackBuilder::StackBuilder(const Transformer& model, const ActivationCache& cache,
                           const Positions& positions, std::string asked_by)
    : model_(model), cache_(cache), positions_(positions), asked_by_(std::move(asked_by)) {}

at::Tensor StackBuilder::value(const std::string& name, int64_t pos_axis) const {
  return positions_.pick(cached(cache_, name, asked_by_), pos_axis);
}

void StackBuilder::add(const std::string& label, const at::Tensor& component) {
  labels_.push_back(label);
  parts_.push_back(component.unsqueeze(0));
}

void StackBuilder::add_embeds() {
  add_cached("embed", "hook_embed");
  if (model_.options().positional_embedding_type == PositionalEmbedding::kRotary) return;
  add_cached("pos_embed", "hook_pos_embed");
}

void StackBuilder::add_heads(int64_t layer) {
  parts_.push_back(head_results(layer));
  for (int64_t head = 0; head < model_.options().n_heads; ++head) {
    labels_.push_back(part_label(layer, 'H', head));
  }
}

// [head, batch, pos, d_model]
at::Tensor StackBuilder::head_results(int64_t layer) const {
  const std::string attn = block_name(layer) + "attn.";
  if (cache_.has(attn + "hook_result")) return value(attn + "hook_result", -3).movedim(-2, 0);
  const at::Tensor z = value(attn + "hook_z", -3).movedim(-2, 0);
  const TransformerOptions& options = model_.options();
  const at::Tensor weight =
      model_.parameters().leaf(attn + "W_O").view({options.n_heads, options.d_head, -1});
  std::vector<int64_t> shape = z.sizes().vec();
  shape.back() = options.d_model;
  return kairo::matmul(z.reshape({options.n_heads, -1, options.d_head}), weight).view(shape);
}

void StackBuilder::add_neurons(int64_t layer, const std::vector<int64_t>& neurons) {
  const at::Tensor index = neuron_index(model_, neurons, asked_by_);
  const at::Tensor post =
      value(block_name(layer) + "mlp.hook_post").index_select(-1, index).movedim(-1, 0);
  std::vector<int64_t> shape(post.dim() + 1, 1);
  shape.front() = index.numel();
  shape.back() = model_.options().d_model;
  const at::Tensor weight =
      model_.parameters().leaf(block_name(layer) + "mlp.W_out").index_select(0, index).view(shape);
  parts_.push_back(post.unsqueeze(-1) * weight);
  for (int64_t i = 0; i < index.numel(); ++i) {
    labels_.push_back(part_label(layer, 'N', index[i].item<int64_t>()));
  }
}

void StackBuilder::add_remainder(const std::string& residual_name) {
  at::Tensor remainder = value(residual_name);
  for (const at::Tensor& part : parts_) remainder = remainder - part.sum(0);
  add("remainder", remainder);
}

ResidualStack StackBuilder::finish(const ReadPoint& point, ApplyLn apply_ln) const {
  check_has_components(labels_, point, asked_by_);
  const ResidualStack stack{labels_, at::cat(parts_), positions_, ApplyLn::kNo};
  return apply_ln_to_stack(model_, cache_, stack, {point.layer, point.mlp_input, apply_ln});
}

void check_has_components(const std::vector<std::string>& labels, const ReadPoint& point,
                          const std::string& asked_by) {
  if (!labels.empty()) return;
  throw Error(ErrorKind::kUsage)
      .at(asked_by)
      .fact("the options leave no component before layer " + std::to_string(point.layer))
      .hint("ask for more kinds of component, or for a later layer");
}

std::string part_label(int64_t layer, char part, int64_t index) {
  return "L" + std::to_string(layer) + part + std::to_string(index);
}

at::Tensor neuron_index(const Transformer& model, const std::vector<int64_t>& neurons,
                        const std::string& asked_by) {
  const TransformerOptions& options = model.options();
  if (options.attn_only) {
    throw Error(ErrorKind::kUsage)
        .at(asked_by)
        .fact("an attn_only model has no MLPs")
        .hint("leave the MLPs out");
  }
  for (const int64_t neuron : neurons) {
    if (neuron >= 0 && neuron < options.d_mlp) continue;
    throw Error(ErrorKind::kShape)
        .at(asked_by + ", neurons")
        .expected("0 to " + std::to_string(options.d_mlp - 1))
        .came(std::to_string(neuron));
  }
  std::vector<int64_t> all(options.d_mlp);
  std::iota(all.begin(), all.end(), 0);
  return at::tensor(neurons.empty() ? all : neurons, at::kLong)
      .to(model.parameters().values().device());
}

}  // namespace kairo
