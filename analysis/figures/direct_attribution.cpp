#include "analysis/figures/direct_attribution.h"

#include <spdlog/fmt/fmt.h>

namespace kairo {
namespace {

constexpr const char* kAttributionProbe = "direct_attribution";

// The whole that the parts add up to: its name in the record, and what it is.
struct WholeLogit {
  const SeriesQuantity* quantity = nullptr;
  std::string label;
};

WholeLogit whole_of(const RunData& run) {
  const SeriesQuantity* difference = find_quantity(run, kAttributionProbe, "logit_difference", {});
  if (difference != nullptr) return {difference, "logit a − logit a′ (nats)"};
  return {find_quantity(run, kAttributionProbe, "logit_above_mean", {}),
          "logit a − mean logit (nats)"};
}

// MLPs by layer, embedding, biases and the whole.
std::optional<Panel> rest_panel(const FigureInputs& inputs, const WholeLogit& whole) {
  if (whole.quantity == nullptr) return std::nullopt;
  const Record& record = *inputs.run.record(kAttributionProbe);
  Lines lines;
  const auto add = [&](const SeriesQuantity* found, int64_t index, const std::string& name) {
    if (found == nullptr) return;
    lines.curves.push_back(
        curve_of(record, *found, index, name, static_cast<int>(lines.curves.size())));
  };
  add(whole.quantity, 0, "all parts");
  const SeriesQuantity* mlp =
      find_quantity(inputs.run, kAttributionProbe, "attribution/mlp", {"layer"});
  const int64_t layers = mlp == nullptr ? 0 : mlp->about.size();
  for (int64_t layer = 0; layer < layers; ++layer) add(mlp, layer, fmt::format("MLP {}", layer));
  add(find_quantity(inputs.run, kAttributionProbe, "attribution/embedding", {}), 0, "embedding");
  add(find_quantity(inputs.run, kAttributionProbe, "attribution/biases", {}), 0, "biases");
  lines.band_name = band_name(record, *whole.quantity);
  return Panel{"MLPs, embedding, biases", kStepLabel, whole.label, lines,
               marks_of(inputs.transitions)};
}

}  // namespace

Drawing direct_attribution(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Direct attribution of the answer's logit");
  const WholeLogit whole = whole_of(inputs.run);
  add_row(drawing.page,
          {heads_around_zero(inputs, kAttributionProbe, "attribution/heads", "Heads", whole.label),
           rest_panel(inputs, whole)},
          400);
  if (drawing.page.rows.empty()) return left_out(why_missing(inputs.run, kAttributionProbe));
  drawing.page.notes = {
      "What each part adds to the logit at q through the residual stream alone, with the final "
      "norm's scale held at the example's own: the parts add up to the whole. What a head does "
      "through later blocks is theirs here. The heads (layer.head) that end highest are named."};
  add_notes(drawing.page, inputs.run, kAttributionProbe);
  drawing.caption =
      "How much each head, each MLP and the embedding add to the answer's logit by themselves.";
  return drawing;
}

}  // namespace kairo
