#include "core/circuits/neuron_results.h"

#include <ATen/ATen.h>

#include "core/circuits/projection.h"
#include "core/circuits/stack_builder.h"
#include "core/kernels/linear.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

std::string mlp(int64_t layer) { return "blocks." + std::to_string(layer) + ".mlp."; }

// [neuron, batch, pos] of one block.
at::Tensor projected_neurons(const Transformer& model, const StackBuilder& stack,
                             const Projection& projection, int64_t layer, const at::Tensor& index) {
  const at::Tensor weight = model.parameters().leaf(mlp(layer) + "W_out").index_select(0, index);
  const at::Tensor post = stack.value(mlp(layer) + "hook_post").index_select(-1, index);
  const at::Tensor products = post * kairo::linear(projection.direction, weight.t(), {});
  return projection.scaled(products.movedim(-1, 0));
}

}  // namespace

ResidualStack stack_neuron_results(const Transformer& model, const ActivationCache& cache,
                                   const NeuronStackOptions& options) {
  const char* const name = "stack_neuron_results";
  const ReadPoint point = read_point(model.options(), options.layer, false, name);
  StackBuilder stack(model, cache, options.positions, name);
  for (int64_t layer = 0; layer < point.layer; ++layer) stack.add_neurons(layer, options.neurons);
  if (options.incl_remainder) stack.add_remainder(point.residual_name);
  return stack.finish(point, options.apply_ln);
}

Attribution stack_neuron_projections(const Transformer& model, const ActivationCache& cache,
                                     const at::Tensor& direction,
                                     const NeuronStackOptions& options) {
  const char* const name = "stack_neuron_projections";
  const ReadPoint point = read_point(model.options(), options.layer, false, name);
  const at::Tensor index = neuron_index(model, options.neurons, name);
  const StackBuilder stack(model, cache, options.positions, name);
  const LinearNorm norm =
      linear_norm(model, cache, point, options.apply_ln, options.positions, name);
  const at::Tensor like = stack.value(point.layer > 0 ? mlp(0) + "hook_post" : point.residual_name);
  const Projection projection =
      make_projection(norm, direction, like.sizes().slice(0, like.dim() - 1), name);

  Attribution result;
  std::vector<at::Tensor> parts;  // each [component, batch, pos]
  for (int64_t layer = 0; layer < point.layer; ++layer) {
    parts.push_back(projected_neurons(model, stack, projection, layer, index));
    for (int64_t i = 0; i < index.numel(); ++i) {
      result.labels.push_back(part_label(layer, 'N', index[i].item<int64_t>()));
    }
  }
  if (options.incl_remainder) {
    const at::Tensor residual = stack.value(point.residual_name);
    at::Tensor rest = projection.scaled((residual * projection.direction).sum(-1));
    for (const at::Tensor& part : parts) rest = rest - part.sum(0);
    result.labels.push_back("remainder");
    parts.push_back(rest.unsqueeze(0));
  }
  check_has_components(result.labels, point, name);
  if (projection.constant.defined()) {
    result.labels.push_back(projection.constant_label);
    parts.push_back(projection.constant.expand_as(parts.front()[0]).unsqueeze(0));
  }
  result.values = at::cat(parts);
  return result;
}

}  // namespace kairo
