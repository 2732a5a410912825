#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <set>

#include "analysis/compare/seed_curves.h"
#include "studies/late_disambiguation/compare/compare.h"

namespace kairo::late_disambiguation {
namespace {

// The mean over the group's seeds, each of which has targets of its own.
double floor_of(const Comparison& comparison, const RunGroup& group) {
  double sum = 0;
  for (std::size_t run : group.runs) sum += comparison.runs[run].first_target_floor;
  return sum / static_cast<double>(group.runs.size());
}

void add_floors(const Comparison& comparison, const std::vector<const RunGroup*>& groups,
                Lines& lines) {
  for (const RunGroup* group : groups) {
    const double floor = floor_of(comparison, *group);
    if (!(floor > 0)) continue;  // the axis itself
    lines.levels.push_back(
        {fmt::format("floor of K {}: {:.4g} nats (log K = {:.4g})", group->number, floor,
                     comparison.first_run(*group).ambiguity_nats),
         floor, group->style});
  }
}

std::size_t n_k(const Comparison& comparison) {
  std::set<int64_t> found;
  for (const RunGroup& group : comparison.groups) found.insert(group.number);
  return found.size();
}

}  // namespace

std::vector<NamedDrawing> all_k(const Comparison& comparison) {
  if (n_k(comparison) < 2) return {{"all_k", left_out("the runs have one K only")}};
  std::vector<Panel> panels;
  for (const std::string& direction : comparison.variants()) {
    const std::vector<const RunGroup*> groups = comparison.groups_of(direction);
    auto panel = track_panel(
        comparison, groups,
        {"First-target loss: " + direction, "cross-entropy (nats)", "first_target_loss"});
    if (!panel) continue;
    add_floors(comparison, groups, std::get<Lines>(panel->content));
    panels.push_back(*panel);
  }
  Drawing drawing = drawing_of(comparison_page(comparison, "First-target loss of every K"), panels,
                               2, why_no_track(comparison, "first_target_loss", "performance"));
  drawing.caption = "First-target loss for every K, with the floor of a model that ignores z.";
  drawing.page.notes = {
      "A floor is the mean entropy of the first target token given the base alone, computed from "
      "the run's own targets. It is log K, or less if targets of one base begin with the same "
      "token. If the answer does not depend on z (az_to_b) the floor is 0 and is not drawn."};
  add_band_note(comparison, drawing.page);
  return {{"all_k", drawing}};
}

}  // namespace kairo::late_disambiguation
