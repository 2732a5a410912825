#include <spdlog/fmt/fmt.h>

#include <set>

#include "analysis/compare/seed_curves.h"
#include "studies/late_disambiguation/compare/compare.h"

namespace kairo::late_disambiguation {
namespace {

// One level for each K, in the colour of the first group that has it; a single K is everyone's.
void add_chance(const Comparison& comparison, Lines& lines) {
  std::set<int64_t> seen;
  for (const RunGroup& group : comparison.groups) {
    const double log_k = comparison.first_run(group).ambiguity_nats;
    if (!(log_k > 0) || !seen.insert(group.number).second) continue;
    lines.levels.push_back(
        {fmt::format("chance: log {} = {:.4g} nats", group.number, log_k), log_k, group.style});
  }
  if (seen.size() == 1 && comparison.groups.size() > 1) lines.levels.front().style = Level{}.style;
}

}  // namespace

std::vector<Panel> candidate_panels(const Comparison& comparison) {
  const std::vector<const RunGroup*> groups = comparison.groups_of("");
  std::vector<Panel> panels;
  if (auto panel = track_panel(comparison, groups,
                               {"Candidate loss", "cross-entropy (nats)", "candidate_loss"})) {
    add_chance(comparison, std::get<Lines>(panel->content));
    panels.push_back(*panel);
  }
  if (const auto panel = track_panel(comparison, groups,
                                     {"Candidate accuracy", "share of examples",
                                      "candidate_accuracy", StepUnit::kSteps, 0, 1})) {
    panels.push_back(*panel);
  }
  return panels;
}

std::vector<NamedDrawing> candidate_loss(const Comparison& comparison) {
  Drawing drawing = drawing_of(comparison_page(comparison, "Choice among the K targets of a base"),
                               candidate_panels(comparison), 2,
                               why_no_track(comparison, "candidate_loss", "candidates"));
  drawing.caption = "Loss and accuracy of the choice among the K whole targets of a base.";
  drawing.page.notes = {
      "Softmax over the log-probabilities of a base's K whole targets, given the base and z. If a "
      "base has only one target (az_to_b) there is nothing to choose."};
  add_band_note(comparison, drawing.page);
  return {{"candidate_loss", drawing}};
}

}  // namespace kairo::late_disambiguation
