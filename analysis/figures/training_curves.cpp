#include "analysis/figures/training_curves.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

namespace kairo {
namespace {

constexpr const char* kTrainingCurvesProbe = "performance";

struct Named {
  std::string quantity;  // column of the metrics and quantity of the record
  std::string name;
  int style;
};

// Adds the curve from the metrics, else from the record; false where neither has it.
bool add_training_curve(const RunData& run, const Named& named, Lines& lines) {
  if (run.metrics.has(named.quantity)) {
    Curve curve;
    curve.name = named.name;
    curve.style = named.style;
    curve.steps.assign(run.metrics.steps.begin(), run.metrics.steps.end());
    curve.y = run.metrics.columns.at(named.quantity);
    lines.curves.push_back(std::move(curve));
    return true;
  }
  const SeriesQuantity* quantity = find_quantity(run, kTrainingCurvesProbe, named.quantity, {});
  if (quantity == nullptr) return false;
  const Record& record = *run.record(kTrainingCurvesProbe);
  lines.curves.push_back(curve_of(record, *quantity, 0, named.name, named.style));
  lines.band_name = band_name(record, *quantity);
  return true;
}

std::optional<Panel> curve_panel(const FigureInputs& inputs, const std::string& title,
                                 const std::string& y_label, const std::vector<Named>& curves) {
  Panel panel{title, kStepLabel, y_label, Lines{}, marks_of(inputs.transitions)};
  Lines& lines = std::get<Lines>(panel.content);
  for (const Named& each : curves) add_training_curve(inputs.run, each, lines);
  if (lines.curves.empty()) return std::nullopt;
  return panel;
}

// "first-target loss without selector at best 2.17 nats"
Level floor_level(const Floor& floor, const std::string& curve, int style) {
  std::string condition = floor.name;
  std::replace(condition.begin(), condition.end(), '_', ' ');
  return {fmt::format("{} floor {}: {:.4g} nats", curve, condition, floor.nats), floor.nats, style};
}

}  // namespace

std::optional<Panel> loss_panel(const FigureInputs& inputs) {
  const std::vector<Named> curves = {{"loss", "loss", 0},
                                     {"first_target_loss", "first-target loss", 1}};
  std::optional<Panel> panel = curve_panel(inputs, "Loss", "cross-entropy (nats)", curves);
  if (!panel) return panel;
  Lines& lines = std::get<Lines>(panel->content);
  for (Level& level : log_k_level(inputs.run)) lines.levels.push_back(level);
  for (Level& level : thresholds_of(inputs.transitions, "performance/first_target_loss")) {
    lines.levels.push_back(level);
  }
  for (const Floor& floor : inputs.run.floors) {
    if (!(floor.nats > 0)) continue;  // the axis itself
    for (const Named& each : curves) {
      if (floor.quantity != each.quantity) continue;
      lines.levels.push_back(floor_level(floor, each.name, each.style));
    }
  }
  return panel;
}

std::optional<Panel> accuracy_panel(const FigureInputs& inputs) {
  std::optional<Panel> panel = curve_panel(
      inputs, "Accuracy", "share right",
      {{"accuracy", "accuracy (tokens)", 0}, {"exact_match", "exact match (whole targets)", 1}});
  if (!panel) return panel;
  Lines& lines = std::get<Lines>(panel->content);
  lines.levels = thresholds_of(inputs.transitions, "performance/accuracy");
  lines.y_low = 0;
  lines.y_high = 1;
  return panel;
}

void add_metrics_note(const RunData& run, Page& page) {
  if (run.metrics.steps.empty()) return;
  page.notes.push_back(
      fmt::format("Loss, accuracy and exact match are the trainer's evaluations, always of the "
                  "same {} training "
                  "examples. Events are timed on the probes' records.",
                  run.eval_examples));
}

Drawing training_curves(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Training curves");
  const std::optional<Panel> gap =
      curve_panel(inputs, "Z-shuffle gap in training's evaluations", "z gap (nats)",
                  {{"z_shuffle_gap", "loss with another z − loss", 2}});
  add_row(drawing.page, {loss_panel(inputs), accuracy_panel(inputs), gap}, 420);
  if (drawing.page.rows.empty()) return left_out("no metrics.jsonl and no record of performance");
  add_metrics_note(inputs.run, drawing.page);
  drawing.caption =
      "Loss, first-target loss with its floors, accuracy and exact match over training.";
  return drawing;
}

}  // namespace kairo
