#include "probes/composition.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "probes/quantities.h"
#include "probes/self_check.h"

namespace kairo {
namespace {

constexpr double kCompositionTolerance = 1e-4;  // float32 products, one order or another

struct Kind {
  const char* prefix;
  Composition composition;
  const char* read;
};
constexpr Kind kKinds[] = {{"q", Composition::kQ, "queries (R = QK)"},
                           {"k", Composition::kK, "keys (R = QK^T)"},
                           {"v", Composition::kV, "values (R = OV)"}};

// True where the second head stands in a later layer, [layer, head, layer, head].
at::Tensor later(const at::Tensor& scores) {
  const at::Tensor layer = at::arange(scores.size(0), at::kLong);
  return layer.view({-1, 1, 1, 1}).lt(layer.view({1, 1, -1, 1})).expand(scores.sizes());
}

at::Tensor whole(const FactoredMatrix& circuit, int64_t layer) {
  return at::matmul(circuit.A()[layer][0], circuit.B()[layer][0]).to(at::kCPU, at::kDouble);
}

// Head 0 of the first and of the last layer, from matrices multiplied out.
void check_one_pair(const Transformer& model, const Kind& kind, const at::Tensor& scores) {
  const int64_t last = scores.size(0) - 1;
  const at::Tensor left = whole(ov_circuits(model), 0);
  at::Tensor right =
      whole(kind.composition == Composition::kV ? ov_circuits(model) : qk_circuits(model), last);
  if (kind.composition == Composition::kK) right = right.t();
  const at::Tensor scale = left.norm() * right.norm();
  if (scale.item<double>() == 0) return;  // undefined, and NaN in `scores`
  check_agreement("composition", "the score equals that of the whole matrices",
                  scores[0][0][last][0], at::matmul(left, right).norm() / scale,
                  kCompositionTolerance);
}

// In double on the CPU; NaN where the second head is not in a later layer.
at::Tensor scores_of(const Transformer& model, const Kind& kind) {
  const at::Tensor scores = composition_scores(model, kind.composition).to(at::kCPU, at::kDouble);
  check_one_pair(model, kind, scores);
  const at::Tensor excess = (at::nan_to_num(scores, 0.0) - 1).clamp_min(0);
  check_agreement("composition", "scores are at most 1", excess, at::zeros_like(excess),
                  kCompositionTolerance);
  return scores.masked_fill(later(scores).logical_not(), std::numeric_limits<double>::quiet_NaN());
}

std::vector<Axis> pair_axes(const TransformerOptions& model) {
  return {counted_axis("first_layer", model.n_layers), counted_axis("first_head", model.n_heads),
          counted_axis("second_layer", model.n_layers), counted_axis("second_head", model.n_heads)};
}

void add_scores(const Kind& kind, const at::Tensor& scores, const TransformerOptions& model,
                double baseline, std::vector<Quantity>& quantities) {
  const std::string prefix = kind.prefix, name = prefix + "_composition";
  const at::Tensor defined = scores.masked_select(scores.isnan().logical_not());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const bool any = defined.numel() > 0;
  quantities.push_back(without_error(
      {name,
       std::string("|L R|/(|L| |R|), L = OV of the first head, R what the second head's ") +
           kind.read + " read",
       "1"},
      pair_axes(model), scores));
  quantities.push_back(without_error(
      {prefix + "_mean_excess", "mean of " + name + " over all pairs minus baseline", "1"}, {},
      std::vector<double>{any ? defined.mean().item<double>() - baseline : nan}));
  quantities.push_back(
      without_error({prefix + "_largest_excess", "largest " + name + " of all pairs minus baseline",
                     "1", Timing::kUnbounded},
                    {}, std::vector<double>{any ? defined.max().item<double>() - baseline : nan}));
}

}  // namespace

std::vector<Field> CompositionOptions::fields() {
  return {
      {"baseline_samples",
       baseline_samples,
       {2, 1000000},
       "Random pairs of matrices behind the baseline; its error shrinks with the root."},
      {"baseline_seed", baseline_seed, {0, IntRange().most}, "Of these matrices."},
  };
}

RandomComposition CompositionProbe::baseline(const TransformerOptions& model) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::pair<int64_t, int64_t> shape(model.d_model, model.d_head);
  const auto [found, is_new] = baselines_.try_emplace(shape);
  if (is_new) {
    found->second = random_composition(
        model.d_model, model.d_head,
        {options_.baseline_samples, static_cast<uint64_t>(options_.baseline_seed)});
  }
  return found->second;
}

std::vector<std::string> CompositionProbe::transformer_notes(
    const ProbeInputs& inputs, const TransformerOptions& model) const {
  std::vector<std::string> notes = unfolded_gain_notes(inputs, model);
  const int64_t pairs = model.n_heads * model.n_heads * model.n_layers * (model.n_layers - 1) / 2;
  notes.push_back("The largest excess is over " + std::to_string(pairs) + " pairs of heads.");
  return notes;
}

std::vector<Quantity> CompositionProbe::measure_transformer(const Transformer& model,
                                                            const ProbeInputs&) const {
  check_parameters_finite(name(), model);
  const RandomComposition random = baseline(model.options());
  const int64_t n = options_.baseline_samples;
  std::vector<Quantity> quantities;
  for (const Kind& kind : kKinds) {
    add_scores(kind, scores_of(model, kind), model.options(), random.mean, quantities);
  }
  quantities.push_back(derived(
      {"baseline", "mean score of seeded random pairs of these shapes, with its error over them",
       "1"},
      {}, {{random.mean}, {random.standard_deviation / std::sqrt(static_cast<double>(n))}}, n));
  quantities.push_back(without_error(
      {"baseline_deviation", "standard deviation of the score of one such random pair", "1"}, {},
      std::vector<double>{random.standard_deviation}, n));
  return quantities;
}

}  // namespace kairo
