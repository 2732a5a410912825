#include "core/circuits/attribution.h"

#include <ATen/ATen.h>

#include <sstream>

#include "core/base/error.h"
#include "core/circuits/projection.h"
#include "core/circuits/read_point.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

void check_ids(const at::Tensor& tokens, const TransformerOptions& options) {
  std::ostringstream came;
  came << tokens.sizes() << " " << tokens.scalar_type();
  if (tokens.scalar_type() != at::kLong || tokens.numel() == 0) {
    throw Error(ErrorKind::kShape).at("tokens of directions").expected("int64").came(came.str());
  }
  const int64_t least = tokens.min().item<int64_t>(), most = tokens.max().item<int64_t>();
  if (least >= 0 && most < options.d_vocab) return;
  throw Error(ErrorKind::kShape)
      .at("tokens of directions")
      .expected("ids from 0 to " + std::to_string(options.d_vocab - 1))
      .came(std::to_string(least < 0 ? least : most));
}

void check_same_shape(const at::Tensor& tokens, const at::Tensor& incorrect) {
  if (tokens.sizes() == incorrect.sizes()) return;
  std::ostringstream expected, came;
  expected << tokens.sizes() << " as tokens";
  came << incorrect.sizes();
  throw Error(ErrorKind::kShape).at("incorrect_tokens").expected(expected.str()).came(came.str());
}

at::Tensor columns(const Transformer& model, const at::Tensor& tokens) {
  check_ids(tokens, model.options());
  std::vector<int64_t> shape = tokens.sizes().vec();
  shape.push_back(model.options().d_model);
  const at::Tensor weight = model.parameters().leaf("unembed.W_U");
  return weight.index_select(1, tokens.reshape({-1})).t().reshape(shape);
}

// b_U of the tokens, minus what it is held against: the shape of tokens.
at::Tensor unembedding_bias(const Transformer& model, const at::Tensor& tokens,
                            const LogitAttrOptions& options) {
  const at::Tensor bias = model.parameters().leaf("unembed.b_U");
  const at::Tensor own = bias.index({tokens});
  if (options.against_mean) return own - bias.mean();
  return options.incorrect_tokens.defined() ? own - bias.index({options.incorrect_tokens}) : own;
}

at::Tensor direction_of(const Transformer& model, const at::Tensor& tokens,
                        const LogitAttrOptions& options) {
  if (!options.against_mean) {
    return tokens_to_residual_directions(model, tokens, options.incorrect_tokens);
  }
  return columns(model, tokens) - model.parameters().leaf("unembed.W_U").mean(1);
}

}  // namespace

at::Tensor tokens_to_residual_directions(const Transformer& model, const at::Tensor& tokens,
                                         const at::Tensor& incorrect_tokens) {
  if (!incorrect_tokens.defined()) return columns(model, tokens);
  check_same_shape(tokens, incorrect_tokens);
  return columns(model, tokens) - columns(model, incorrect_tokens);
}

Attribution logit_attrs(const Transformer& model, const ActivationCache& cache,
                        const ResidualStack& stack, const at::Tensor& tokens,
                        const LogitAttrOptions& options) {
  const char* const name = "logit_attrs";
  if (stack.apply_ln != ApplyLn::kNo) {
    throw Error(ErrorKind::kUsage)
        .at(name)
        .fact("this stack has been through a norm, so it cannot be taken apart")
        .hint("make it with ApplyLn::kNo");
  }
  if (options.against_mean && options.incorrect_tokens.defined()) {
    throw Error(ErrorKind::kUsage)
        .at(name)
        .fact("a logit is held against incorrect_tokens or against the mean, not both");
  }
  const LinearNorm norm =
      linear_norm(model, cache, read_point(model.options(), -1, false, name),
                  options.exact ? ApplyLn::kExact : ApplyLn::kScale, stack.positions, name);
  const at::Tensor direction = direction_of(model, tokens, options);
  const at::IntArrayRef batch_pos = stack.values.sizes().slice(1, stack.values.dim() - 2);
  const Projection projection = make_projection(norm, direction, batch_pos, name);
  Attribution result{stack.labels,
                     projection.scaled((stack.values * projection.direction).sum(-1))};
  const auto add_constant = [&](const std::string& label, const at::Tensor& value) {
    result.labels.push_back(label);
    result.values = at::cat({result.values, value.expand(batch_pos).unsqueeze(0)});
  };
  if (projection.constant.defined()) add_constant(projection.constant_label, projection.constant);
  if (options.exact && model.options().unembed_bias) {
    at::Tensor bias = unembedding_bias(model, tokens, options);
    while (bias.dim() < static_cast<int64_t>(batch_pos.size())) bias = bias.unsqueeze(-1);
    add_constant("unembed.b_U", bias);
  }
  return result;
}

}  // namespace kairo
