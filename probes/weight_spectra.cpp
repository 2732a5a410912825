#include "probes/weight_spectra.h"

#include <ATen/ATen.h>

#include "core/circuits/circuits.h"
#include "core/circuits/weight_views.h"
#include "probes/quantities.h"
#include "probes/self_check.h"

namespace kairo {
namespace {

constexpr double kSpectraTolerance = 1e-9;  // double, one factorisation or another

FactoredMatrix spectrum_in_double(const FactoredMatrix& circuit) {
  return {circuit.A().to(at::kCPU, at::kDouble), circuit.B().to(at::kCPU, at::kDouble)};
}

// values [.., component] against the matrix's Frobenius norm [..], computed without them.
void check_squares(const std::string& product, const at::Tensor& values, const at::Tensor& norm) {
  const at::Tensor from_values = values.square().sum(-1).sqrt();
  const at::Tensor scale = at::where(norm > 0, norm, at::ones_like(norm));
  check_agreement("weight_spectra",
                  "the squares of the singular values of " + product + " sum to its norm's",
                  from_values / scale, norm / scale, kSpectraTolerance);
}

// effective_rank within its bounds; of zeros it is NaN.
at::Tensor checked_rank(const std::string& product, const at::Tensor& values) {
  const at::Tensor rank = effective_rank(values), defined = at::nan_to_num(rank, 1.0);
  check_agreement("weight_spectra",
                  "the effective rank of " + product + " is from 1 to the number of components",
                  defined, defined.clamp(1, values.size(-1)), kSpectraTolerance);
  return rank;
}

// Of a weight [m, n], by way of the triangle of its taller side: [min(m, n)].
at::Tensor singular_values(const std::string& name, const at::Tensor& weight) {
  at::Tensor tall = weight.to(at::kCPU, at::kDouble);
  if (tall.size(0) < tall.size(1)) tall = tall.t();
  const at::Tensor values = at::linalg_svdvals(std::get<1>(at::linalg_qr(tall, "r")));
  check_squares(name, values, tall.norm());
  return values;
}

void add_circuit(const std::string& prefix, const std::string& product,
                 const FactoredMatrix& circuit, std::vector<Quantity>& quantities) {
  const FactoredMatrix exact = spectrum_in_double(circuit);
  const at::Tensor values = exact.svd().S;  // [layer, head, component]
  check_squares(product, values, exact.norm());
  const at::Tensor rank = checked_rank(product, values);
  const std::vector<Axis> heads = {counted_axis("layer", values.size(0)),
                                   counted_axis("head", values.size(1))};
  std::vector<Axis> components = heads;
  components.push_back(counted_axis("component", values.size(2)));
  quantities.push_back(without_error(
      {prefix + "_singular_values", "singular values of " + product + ", descending", "1"},
      components, values));
  quantities.push_back(without_error(
      {prefix + "_leading_singular_value", "largest singular value of " + product, "1"}, heads,
      values.select(2, 0)));
  quantities.push_back(without_error(
      {prefix + "_effective_rank",
       "exp of the entropy of the singular values of " + product + " over their sum", "1"},
      heads, rank));
  quantities.push_back(
      without_error({prefix + "_mean_effective_rank",
                     "mean over heads of " + prefix + "_effective_rank", "1", Timing::kUnbounded},
                    {}, at::nanmean(rank)));
}

}  // namespace

at::Tensor effective_rank(const at::Tensor& singular_values) {
  const at::Tensor share = singular_values / singular_values.sum(-1, /*keepdim=*/true);
  return (-at::xlogy(share, share).sum(-1)).exp();
}

std::vector<std::string> WeightSpectraProbe::transformer_notes(
    const ProbeInputs& inputs, const TransformerOptions& model) const {
  return unfolded_gain_notes(inputs, model);
}

std::vector<Quantity> WeightSpectraProbe::measure_transformer(const Transformer& model,
                                                              const ProbeInputs&) const {
  check_parameters_finite(name(), model);
  std::vector<Quantity> quantities;
  add_circuit("qk", "W_Q W_K^T", qk_circuits(model), quantities);
  add_circuit("ov", "W_V W_O", ov_circuits(model), quantities);
  for (const auto& [prefix, weight] : {std::pair{"embed", "W_E"}, std::pair{"unembed", "W_U"}}) {
    const at::Tensor rank = checked_rank(weight, singular_values(weight, weights(model, weight)));
    quantities.push_back(without_error(
        {std::string(prefix) + "_effective_rank",
         std::string("exp of the entropy of the singular values of ") + weight + " over their sum",
         "1"},
        {}, rank));
  }
  return quantities;
}

}  // namespace kairo
