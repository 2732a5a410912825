#include "studies/late_disambiguation/figures/candidates.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>

namespace kairo::late_disambiguation {
namespace {

constexpr const char* kCandidatesProbe = "candidates";

struct Wanted {
  std::string quantity, title, y_label, name;
  int style;
};

std::optional<Panel> panel_of(const FigureInputs& inputs, const Wanted& wanted) {
  const SeriesQuantity* quantity = find_quantity(inputs.run, kCandidatesProbe, wanted.quantity, {});
  if (quantity == nullptr) return std::nullopt;
  const Record& record = *inputs.run.record(kCandidatesProbe);
  Lines lines;
  lines.curves.push_back(curve_of(record, *quantity, 0, wanted.name, wanted.style));
  lines.band_name = band_name(record, *quantity);
  return Panel{wanted.title, kStepLabel, wanted.y_label, lines, marks_of(inputs.transitions)};
}

}  // namespace

std::optional<Panel> candidate_loss_panel(const FigureInputs& inputs) {
  std::optional<Panel> panel = panel_of(inputs, {"candidate_loss", "Candidate loss",
                                                 "cross-entropy (nats)", "loss over K targets", 0});
  if (!panel) return panel;
  for (Level& level : ambiguity_level(inputs.run)) {
    level.name = "chance: " + level.name;
    std::get<Lines>(panel->content).levels.push_back(level);
  }
  return panel;
}

std::optional<Panel> candidate_accuracy_panel(const FigureInputs& inputs) {
  std::optional<Panel> panel =
      panel_of(inputs, {"candidate_accuracy", "Candidate accuracy", "share of examples",
                        "correct target ranked first", 2});
  if (!panel) return panel;
  Lines& lines = std::get<Lines>(panel->content);
  lines.y_low = 0;
  lines.y_high = 1;
  const double ambiguity = inputs.run.ambiguity_nats;
  const double guess = ambiguity > 0 ? std::exp(-ambiguity) : 0;
  if (guess > 0) lines.levels.push_back({fmt::format("chance: 1/K = {:.4g}", guess), guess, -1});
  return panel;
}

Drawing candidates(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Choice among the K targets of a base");
  add_row(drawing.page, {candidate_loss_panel(inputs), candidate_accuracy_panel(inputs)}, 420);
  if (drawing.page.rows.empty()) return left_out(why_missing(inputs.run, kCandidatesProbe));
  drawing.page.notes = {
      "The log-probabilities of a base's K whole targets, given base and z, through a softmax over "
      "the K. A loss above chance: the model is confident and wrong."};
  drawing.caption = "Loss and accuracy of choosing among the K whole targets of a base.";
  return drawing;
}

}  // namespace kairo::late_disambiguation
