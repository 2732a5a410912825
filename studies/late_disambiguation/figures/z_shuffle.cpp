#include "studies/late_disambiguation/figures/z_shuffle.h"

#include "analysis/figures/training_curves.h"
#include "analysis/figures/zoom_row.h"

namespace kairo::late_disambiguation {
namespace {

constexpr const char* kZShuffleProbe = "z_shuffle";

// Adds a curve of the record where it is there.
void add_shuffle_curve(const RunData& run, const std::string& quantity, const std::string& name,
                       int style, Lines& lines) {
  const SeriesQuantity* found = find_quantity(run, kZShuffleProbe, quantity, {});
  if (found == nullptr) return;
  const Record& record = *run.record(kZShuffleProbe);
  lines.curves.push_back(curve_of(record, *found, 0, name, style));
  lines.band_name = band_name(record, *found);
}

std::optional<Panel> shuffle_panel(const FigureInputs& inputs, const std::string& title,
                                   const std::string& y_label, const Lines& lines) {
  if (lines.curves.empty()) return std::nullopt;
  return Panel{title, kStepLabel, y_label, lines, marks_of(inputs.transitions)};
}

std::optional<Panel> losses_panel(const FigureInputs& inputs) {
  Lines lines;
  add_shuffle_curve(inputs.run, "first_target_loss", "own z", 0, lines);
  add_shuffle_curve(inputs.run, "first_target_loss_shuffled", "another z", 1, lines);
  lines.levels = ambiguity_level(inputs.run);
  return shuffle_panel(inputs, "First-target loss", "cross-entropy (nats)", lines);
}

std::optional<Panel> preference_panel(const FigureInputs& inputs) {
  Lines lines;
  add_shuffle_curve(inputs.run, "prefers_other", "prefers a' (answer of the other z) over a", 3,
                    lines);
  lines.y_low = 0;
  lines.y_high = 1;
  return shuffle_panel(inputs, "Prefers the other z's answer", "share of examples", lines);
}

}  // namespace

std::optional<Panel> z_gap_panel(const FigureInputs& inputs) {
  Lines lines;
  add_shuffle_curve(inputs.run, "z_gap", "loss with another z − loss with its own", 2, lines);
  std::optional<Panel> panel = shuffle_panel(inputs, "Z gap", "z gap (nats)", lines);
  if (!panel) {
    panel = logged_panel(inputs, "Z gap", "z gap (nats)",
                         {"z_shuffle_gap", "loss with another z − loss with its own", 2});
  }
  if (!panel) return panel;
  std::get<Lines>(panel->content).levels = thresholds_of(inputs.transitions, "z_shuffle/z_gap");
  return panel;
}

Drawing z_shuffle(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Z shuffle");
  if (inputs.run.record(kZShuffleProbe) == nullptr) {
    return left_out(why_missing(inputs.run, kZShuffleProbe));
  }
  add_row(drawing.page, {z_gap_panel(inputs), losses_panel(inputs), preference_panel(inputs)}, 420);
  if (drawing.page.rows.empty()) return left_out(why_missing(inputs.run, kZShuffleProbe));
  add_zoom_row(drawing.page, inputs.run, {z_gap_panel(inputs), losses_panel(inputs)}, 300);
  drawing.page.notes = {"Every z is replaced by a different selector."};
  if (preference_panel(inputs)) {
    drawing.page.notes.front() +=
        " Its answer begins with a'; pairs whose answers begin alike are left out of the right "
        "panel.";
  }
  drawing.caption =
      "First-target loss with every z replaced by another selector, minus the loss with its own.";
  return drawing;
}

}  // namespace kairo::late_disambiguation
