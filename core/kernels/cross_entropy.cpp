#include "core/kernels/cross_entropy.h"

#include <ATen/ATen.h>

#include <sstream>

#include "core/kernels/backward_parts.h"
#include "core/kernels/linear.h"

namespace kairo {
namespace {

struct Gradients {
  at::Tensor weight, bias;
};

struct UnembedLoss : torch::autograd::Function<UnembedLoss> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const OptionalTensor& bias, const at::Tensor& labels,
                            const Gradients& gradients) {
    const at::Tensor rows = x.reshape({-1, x.size(-1)});
    const int64_t n = rows.size(0), width = weight.size(1);
    at::Tensor logits = at::empty({n, width}, x.options());
    if (bias) fill_rows(bias->data_ptr<float>(), nullptr, n, width, logits.data_ptr<float>());
    gemm(rows, weight, bias ? 1.0F : 0.0F, logits);
    const at::Tensor losses = at::empty({n}, x.options()), log_sums = at::empty_like(losses);
    cross_entropy_rows(logits.data_ptr<float>(), labels.data_ptr<int64_t>(), n, width,
                       losses.data_ptr<float>(), log_sums.data_ptr<float>());
    context->save_for_backward({rows, weight, labels, log_sums});
    context->saved_data["logits"] = logits;
    context->saved_data["has_bias"] = bias.has_value();
    keep_gradient(context, "weight", gradients.weight);
    keep_gradient(context, "bias", gradients.bias);
    return losses.view(labels.sizes());
  }
  static variable_list backward(AutogradContext* context, variable_list outputs) {
    refuse_second_derivative("unembed_loss");
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &rows = saved[0], &weight = saved[1], scale = outputs[0].contiguous();
    if (context->saved_data.count("logits") == 0) {
      throw Error(ErrorKind::kUsage)
          .at("unembed_loss")
          .fact("the backward pass ran twice; this operation allows one")
          .hint("run the forward pass again");
    }
    const at::Tensor logits = context->saved_data["logits"].toTensor();
    context->saved_data.erase("logits");
    const int64_t n = logits.size(0), width = logits.size(1);
    cross_entropy_rows_backward(saved[2].data_ptr<int64_t>(), saved[3].data_ptr<float>(),
                                scale.data_ptr<float>(), n, width, logits.data_ptr<float>());
    variable_list results(5);
    if (context->needs_input_grad(0)) {
      std::vector<int64_t> shape = outputs[0].sizes().vec();
      shape.push_back(rows.size(1));
      results[0] = product(logits, weight.t()).view(shape);
    }
    if (context->needs_input_grad(1)) {
      results[1] = weight_gradient(context, "weight", weight, rows, logits);
    }
    if (context->saved_data["has_bias"].toBool() && context->needs_input_grad(2)) {
      results[2] = bias_gradient(context, "bias", logits);
    }
    return results;
  }
};

void check(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& labels) {
  const bool fits = x.dim() >= 1 && weight.dim() == 2 && x.size(-1) == weight.size(0) &&
                    labels.scalar_type() == at::kLong &&
                    labels.sizes() == x.sizes().slice(0, x.dim() - 1);
  std::ostringstream came;
  came << "x " << x.sizes() << ", weight " << weight.sizes() << ", labels " << labels.sizes();
  if (!fits) {
    throw Error(ErrorKind::kShape)
        .at("unembed_loss")
        .expected("x [.., d_model], labels [..] int64")
        .came(came.str());
  }
  if (labels.numel() == 0) return;
  const int64_t least = labels.min().item<int64_t>(), most = labels.max().item<int64_t>();
  if (least >= 0 && most < weight.size(1)) return;
  throw Error(ErrorKind::kShape)
      .at("labels")
      .expected("ids from 0 to " + std::to_string(weight.size(1) - 1))
      .came(std::to_string(least < 0 ? least : most));
}

}  // namespace

at::Tensor unembed_loss(const at::Tensor& x, const Weight& weight, const Weight& bias,
                        const at::Tensor& labels) {
  check(x, weight.value, labels);
  if (has_kernels(x)) {
    return UnembedLoss::apply(x, weight.value, if_defined(bias.value), labels.contiguous(),
                              Gradients{weight.gradient, bias.gradient});
  }
  const at::Tensor logits = linear(x, weight, bias);
  const at::Tensor log_probabilities = at::log_softmax(logits, -1);
  return -log_probabilities.gather(-1, labels.unsqueeze(-1)).squeeze(-1);
}

}  // namespace kairo
