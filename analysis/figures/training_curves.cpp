#include "analysis/figures/training_curves.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/figures/zoom_row.h"
#include "analysis/task_analysis.h"

namespace kairo {
namespace {

constexpr const char* kTrainingCurvesProbe = "performance";

void add_logged_curve(const RunData& run, const LoggedCurve& named, Lines& lines) {
  if (!run.metrics.has(named.quantity)) return;
  Curve curve;
  curve.name = named.name;
  curve.style = named.style;
  curve.steps.assign(run.metrics.steps.begin(), run.metrics.steps.end());
  curve.y = run.metrics.columns.at(named.quantity);
  lines.curves.push_back(std::move(curve));
}

// The probe's curve, on which events are timed; what the trainer logged only if there is none.
void add_training_curve(const RunData& run, const LoggedCurve& named, Lines& lines) {
  const SeriesQuantity* quantity = find_quantity(run, kTrainingCurvesProbe, named.quantity, {});
  if (quantity == nullptr) return add_logged_curve(run, named, lines);
  const Record& record = *run.record(kTrainingCurvesProbe);
  lines.curves.push_back(curve_of(record, *quantity, 0, named.name, named.style));
  lines.band_name = band_name(record, *quantity);
}

std::optional<Panel> curve_panel(const FigureInputs& inputs, const std::string& title,
                                 const std::string& y_label,
                                 const std::vector<LoggedCurve>& curves) {
  Panel panel{title, kStepLabel, y_label, Lines{}, marks_of(inputs.transitions)};
  Lines& lines = std::get<Lines>(panel.content);
  for (const LoggedCurve& each : curves) add_training_curve(inputs.run, each, lines);
  if (lines.curves.empty()) return std::nullopt;
  return panel;
}

// "first-target loss floor without part: 2.17"
Level floor_level(const Floor& floor, const std::string& curve, int style) {
  std::string condition = floor.name;
  std::replace(condition.begin(), condition.end(), '_', ' ');
  return {fmt::format("{} floor {}: {:.4g}", curve, condition, floor.nats), floor.nats, style};
}

std::optional<Panel> own_panel(const FigureInputs& inputs) {
  const auto own = analysis_of(inputs.run.task).figures.training_panel;
  return own == nullptr ? std::nullopt : own(inputs);
}

// ", z gap"
std::string own_words(const FigureInputs& inputs) {
  const std::string& name = analysis_of(inputs.run.task).figures.training_panel_name;
  return name.empty() ? "" : ", " + name;
}

}  // namespace

std::optional<Panel> logged_panel(const FigureInputs& inputs, const std::string& title,
                                  const std::string& y_label, const LoggedCurve& named) {
  Lines lines;
  add_logged_curve(inputs.run, named, lines);
  if (lines.curves.empty()) return std::nullopt;
  return Panel{title, kStepLabel, y_label, lines, marks_of(inputs.transitions)};
}

std::optional<Panel> loss_panel(const FigureInputs& inputs) {
  const std::vector<LoggedCurve> curves = {{"loss", "loss", 0},
                                           {"first_target_loss", "first-target loss", 1}};
  std::optional<Panel> panel = curve_panel(inputs, "Loss", "cross-entropy (nats)", curves);
  if (!panel) return panel;
  Lines& lines = std::get<Lines>(panel->content);
  for (Level& level : ambiguity_level(inputs.run)) lines.levels.push_back(level);
  for (Level& level : thresholds_of(inputs.transitions, "performance/first_target_loss")) {
    lines.levels.push_back(level);
  }
  for (const Floor& floor : inputs.run.floors) {
    if (!(floor.nats > 0)) continue;  // the axis itself
    for (const LoggedCurve& each : curves) {
      if (floor.quantity != each.quantity) continue;
      lines.levels.push_back(floor_level(floor, each.name, each.style));
    }
  }
  return panel;
}

std::optional<Panel> accuracy_panel(const FigureInputs& inputs) {
  std::optional<Panel> panel = curve_panel(
      inputs, "Accuracy", "share correct",
      {{"accuracy", "accuracy (tokens)", 0}, {"exact_match", "exact match (whole targets)", 1}});
  if (!panel) return panel;
  Lines& lines = std::get<Lines>(panel->content);
  lines.levels = thresholds_of(inputs.transitions, "performance/accuracy");
  lines.y_low = 0;
  lines.y_high = 1;
  return panel;
}

void add_source_note(const RunData& run, Page& page) {
  const Record* record = run.record(kTrainingCurvesProbe);
  if (record != nullptr) {
    page.notes.push_back(fmt::format(
        "Loss, accuracy and exact match are measured by the probe performance on {} examples: "
        "events are timed on these very curves.",
        record->key.n_examples));
  } else if (!run.metrics.steps.empty()) {
    page.notes.push_back(fmt::format(
        "Loss, accuracy and exact match are the trainer's evaluations of {} training examples: "
        "there is no record of performance.",
        run.eval_examples));
  }
}

Drawing training_curves(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Training curves");
  const std::vector<std::optional<Panel>> timed = {loss_panel(inputs), accuracy_panel(inputs),
                                                   own_panel(inputs)};
  add_row(drawing.page, timed, 420);
  add_zoom_row(drawing.page, inputs.run, timed, 300);
  add_row(drawing.page,
          {logged_panel(inputs, "Learning rate", "learning rate",
                        {"learning_rate", "of the last update", 4}),
           logged_panel(inputs, "Gradient norm", "norm (nats)",
                        {"grad_norm", "before clipping, of the last update", 6})},
          240);
  if (drawing.page.rows.empty()) return left_out("no metrics.jsonl and no record of performance");
  add_source_note(inputs.run, drawing.page);
  drawing.caption = "Loss with its floors and thresholds, accuracy" + own_words(inputs) +
                    ", learning rate and gradient norm.";
  return drawing;
}

}  // namespace kairo
