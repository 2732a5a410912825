#include "analysis/figures/head_scores.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

namespace kairo {
namespace {

constexpr const char* kHeadScoresProbe = "head_scores";

// Of the last record; -1 where none is defined there.
std::size_t largest_at_the_end(const std::vector<Curve>& heads) {
  const auto end_of = [](const Curve& each) {
    return std::isfinite(each.y.back()) ? each.y.back() : -1;
  };
  return static_cast<std::size_t>(
      std::max_element(heads.begin(), heads.end(),
                       [&](const Curve& a, const Curve& b) { return end_of(a) < end_of(b); }) -
      heads.begin());
}

// Bands of all heads would cover each other: the one that comes out largest keeps its own.
void set_apart(std::vector<Curve>& heads) {
  if (heads.empty()) return;
  const std::size_t largest = largest_at_the_end(heads);
  for (std::size_t i = 0; i < heads.size(); ++i) {
    if (i == largest) continue;
    heads[i].drawn = Drawn::kThinLine;
    heads[i].half_band.clear();
  }
  Curve first = std::move(heads[largest]);
  first.shared_name.clear();
  first.name = "largest at the end: head " + first.name;
  heads.erase(heads.begin() + static_cast<std::ptrdiff_t>(largest));
  heads.push_back(std::move(first));
}

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
      Curve curve =
          curve_of(record, *found, static_cast<int64_t>(layer * heads.size() + head),
                   fmt::format("{}.{}", layers[layer], heads[head]), static_cast<int>(layer));
      curve.shared_name = fmt::format("layer {}", layers[layer]);
      lines.curves.push_back(std::move(curve));
    }
  }
  set_apart(lines.curves);
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
  drawing.page = page_of(inputs, "Kinds of heads");
  std::vector<std::optional<Panel>> panels = {
      score_panel(inputs, "previous_token", "Previous-token score by head"),
      score_panel(inputs, "duplicate_token", "Duplicate-token score by head"),
      score_panel(inputs, "induction", "Induction score by head")};
  share_axis(panels);
  add_row(drawing.page, panels, 400);
  if (drawing.page.rows.empty()) return left_out(why_missing(inputs.run, kHeadScoresProbe));
  drawing.page.notes = {
      "A line a head (layer.head): attention that falls on the token before the query; on earlier "
      "places of the query's token; on what stood behind these. Mean over the queries that have "
      "such "
      "places. Every head's standard errors are in its record's CSV."};
  add_notes(drawing.page, inputs.run, kHeadScoresProbe);
  drawing.caption =
      "Attention of each head to the previous token, to earlier places of the same token and to "
      "what stood behind them, on random tokens that stand twice.";
  return drawing;
}

}  // namespace kairo
