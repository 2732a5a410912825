#include "analysis/figures/head_scores.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

namespace kairo {
namespace {

constexpr const char* kHeadScoresProbe = "head_scores";

std::optional<Panel> score_panel(const FigureInputs& inputs, const std::string& kind,
                                 const std::string& title) {
  const SeriesQuantity* found =
      find_quantity(inputs.run, kHeadScoresProbe, kind, {"layer", "head"});
  if (found == nullptr) return std::nullopt;
  const Record& record = *inputs.run.record(kHeadScoresProbe);
  const std::vector<int64_t>& layers = found->about.axes[0].values;
  const std::vector<int64_t>& heads = found->about.axes[1].values;
  Lines lines;
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    for (std::size_t head = 0; head < heads.size(); ++head) {
      lines.curves.push_back(curve_of(record, *found,
                                      static_cast<int64_t>(layer * heads.size() + head),
                                      fmt::format("{}.{}", layers[layer], heads[head]), 0));
    }
  }
  name_few_heads(lines.curves);
  const SeriesQuantity* uniform =
      find_quantity(inputs.run, kHeadScoresProbe, "uniform/" + kind, {});
  if (uniform != nullptr) {
    const double level = uniform->mean.back();
    lines.levels = {{fmt::format("uniform attention: {:.3g}", level), level, -1}};
  }
  lines.band_name = fmt::format("± 2 standard errors over {} sequences", record.key.n_examples);
  lines.y_low = 0;
  return Panel{title, kStepLabel, "attention (probability)", lines, marks_of(inputs.transitions)};
}

// One axis for all kinds, so that they can be compared.
void share_axis(std::vector<std::optional<Panel>>& panels) {
  double high = 0;
  for (const auto& panel : panels) {
    if (panel) high = std::max(high, y_range(std::get<Lines>(panel->content)).high);
  }
  for (auto& panel : panels) {
    if (panel) std::get<Lines>(panel->content).y_high = std::min(1.0, high);
  }
}

}  // namespace

Drawing head_scores(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Previous-token, duplicate-token and induction heads");
  std::vector<std::optional<Panel>> panels = {
      score_panel(inputs, "previous_token", "Previous-token score by head"),
      score_panel(inputs, "duplicate_token", "Duplicate-token score by head"),
      score_panel(inputs, "induction", "Induction score by head")};
  share_axis(panels);
  add_row(drawing.page, panels, 400);
  if (drawing.page.rows.empty()) return left_out(why_missing(inputs.run, kHeadScoresProbe));
  drawing.page.notes = {
      "One line for each head (layer.head); the three that end highest are named. Scores: "
      "attention "
      "to the token before the query; to earlier places of the query's token; to what followed "
      "these. Mean over the queries that have such places. The record's CSV has every head's "
      "standard error."};
  add_notes(drawing.page, inputs.run, kHeadScoresProbe);
  drawing.caption =
      "Attention of each head to the previous token, to earlier places of the same token and to "
      "what followed them, on random tokens that appear twice.";
  return drawing;
}

}  // namespace kairo
