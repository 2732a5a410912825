#include "analysis/compare/seed_curves.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/stats/quantiles.h"
#include "analysis/stats/seed_spread.h"

namespace kairo {
namespace {

// Values of all seeds at the steps that each of them has.
using SharedSteps = std::map<double, std::vector<double>>;

SharedSteps shared_steps(const std::vector<const Track*>& tracks) {
  SharedSteps shared;
  for (const Track* track : tracks) {
    for (std::size_t i = 0; i < track->steps.size(); ++i) {
      if (std::isfinite(track->values[i])) shared[track->steps[i]].push_back(track->values[i]);
    }
  }
  for (auto each = shared.begin(); each != shared.end();) {
    each = each->second.size() < tracks.size() ? shared.erase(each) : std::next(each);
  }
  return shared;
}

void add_range(const std::vector<double>& values, Curve& curve) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  curve.y.push_back(median_of(values));
  curve.band_middle.push_back((*least + *most) / 2);
  curve.half_band.push_back((*most - *least) / 2);
}

void add_t_interval(const std::vector<double>& values, double t, Curve& curve) {
  const MeanInterval interval = t_interval_of(values, t);
  curve.y.push_back(interval.mean);
  // With two seeds the interval is wider than anything that a run can do.
  if (values.size() >= kLeastSeedsForT) curve.half_band.push_back(interval.half);
}

// Steps of a run in `unit`; what it has not logged is left out.
void to_unit(const ComparedRun& run, StepUnit unit, Curve& curve) {
  if (unit == StepUnit::kSteps) return;
  for (std::size_t i = 0; i < curve.steps.size(); ++i) {
    curve.steps[i] = run.in_unit(curve.steps[i], unit);
    if (std::isnan(curve.steps[i])) curve.y[i] = kUnset;
  }
}

Curve line_of(const ComparedRun& run, const Track& track, StepUnit unit, const RunGroup& group) {
  Curve curve;
  curve.name = group.name;
  curve.style = group.style;
  curve.steps = track.steps;
  curve.y = track.values;
  to_unit(run, unit, curve);
  return curve;
}

Curve line_over_seeds(const Comparison& comparison, const RunGroup& group,
                      const std::vector<const Track*>& tracks, StepUnit unit) {
  Curve curve;
  const char* middle = comparison.band == SeedBand::kRange ? "median of " : "mean of ";
  curve.name = comparison.groups.size() == 1 ? middle + group.name : group.name;
  curve.style = group.style;
  const double t = student_t_two_sided(comparison.confidence, tracks.size() - 1.0);
  for (const auto& [step, values] : shared_steps(tracks)) {
    curve.steps.push_back(step);
    if (comparison.band == SeedBand::kRange) {
      add_range(values, curve);
    } else {
      add_t_interval(values, t, curve);
    }
  }
  to_unit(comparison.first_run(group), unit, curve);
  return curve;
}

std::size_t n_with_track(const Comparison& comparison, const RunGroup& group,
                         const std::string& track) {
  return std::count_if(group.runs.begin(), group.runs.end(), [&](std::size_t run) {
    return comparison.runs[run].track(track) != nullptr;
  });
}

std::string from_to(const std::string& least, const std::string& most) {
  return least == most ? most : least + "–" + most;
}

}  // namespace

std::vector<Curve> seed_curves(const Comparison& comparison, const RunGroup& group,
                               const std::string& track, StepUnit unit) {
  std::vector<const Track*> tracks;
  std::vector<Curve> curves;
  for (std::size_t index : group.runs) {
    const ComparedRun& run = comparison.runs[index];
    const Track* found = run.track(track);
    if (found == nullptr) continue;
    tracks.push_back(found);
    Curve curve = line_of(run, *found, unit, group);
    curve.name = run.name;
    curve.drawn = Drawn::kThinLine;
    curve.shared_name = "each seed";
    curves.push_back(std::move(curve));
  }
  if (tracks.size() == 1) {
    curves.front().name = group.name;
    curves.front().drawn = Drawn::kLine;
    curves.front().shared_name.clear();
  }
  if (tracks.size() < 2) return curves;
  if (tracks.size() > kMostThinLines) curves.clear();
  curves.push_back(line_over_seeds(comparison, group, tracks, unit));
  return curves;
}

std::string seed_band_name(const Comparison& comparison, const std::vector<const RunGroup*>& groups,
                           const std::string& track) {
  const std::size_t fewest = comparison.band == SeedBand::kTInterval ? kLeastSeedsForT : 2;
  std::size_t least = comparison.runs.size(), most = 0;
  for (const RunGroup* group : groups) {
    const std::size_t seeds = n_with_track(comparison, *group, track);
    if (seeds < fewest) continue;
    least = std::min(least, seeds);
    most = std::max(most, seeds);
  }
  if (most == 0) return "";
  const std::string n = from_to(std::to_string(least), std::to_string(most));
  if (comparison.band == SeedBand::kTInterval) {
    return fmt::format("pointwise {:g} % t interval, {} seeds", 100 * comparison.confidence, n);
  }
  const auto coverage = [](std::size_t seeds) {
    return fmt::format("{:.4g}", 100 * coverage_of_range(seeds));
  };
  return fmt::format("range of {} seeds (contains the median: {} %)", n,
                     from_to(coverage(least), coverage(most)));
}

std::string seed_band_note(const Comparison& comparison) {
  const bool has_seeds = std::any_of(comparison.groups.begin(), comparison.groups.end(),
                                     [](const RunGroup& group) { return group.runs.size() > 1; });
  if (!has_seeds) return "";
  if (comparison.band == SeedBand::kTInterval) {
    return "Thick line: mean over a group's seeds, with Student's t interval of the mean (three "
           "seeds or more), up to where the first seed ends. The interval is pointwise: it is "
           "about "
           "each step by itself, not about the whole curve.";
  }
  return "Thick line: median over a group's seeds. Band: from the smallest to the largest seed, up "
         "to where the first seed ends; it contains the median over all seeds with the probability "
         "in the legend. It is pointwise: about each step by itself, not about the whole curve.";
}

const char* unit_label(StepUnit unit) {
  switch (unit) {
    case StepUnit::kSteps:
      return "training step";
    case StepUnit::kExamples:
      return "examples seen";
    case StepUnit::kSummedLr:
      break;
  }
  return "learning rate summed over steps";
}

std::optional<Panel> track_panel(const Comparison& comparison,
                                 const std::vector<const RunGroup*>& groups,
                                 const TrackPanel& wanted) {
  Lines lines;
  std::size_t n_drawn = 0;
  for (const RunGroup* group : groups) {
    const std::vector<Curve> curves = seed_curves(comparison, *group, wanted.track, wanted.unit);
    n_drawn += curves.empty() ? 0 : 1;
    lines.curves.insert(lines.curves.end(), curves.begin(), curves.end());
  }
  if (n_drawn == 0 || n_drawn > kMostDrawnGroups) return std::nullopt;
  // Groups over thin lines.
  std::stable_partition(lines.curves.begin(), lines.curves.end(),
                        [](const Curve& each) { return each.drawn == Drawn::kThinLine; });
  lines.band_name = seed_band_name(comparison, groups, wanted.track);
  lines.y_low = wanted.y_low;
  lines.y_high = wanted.y_high;
  lines.x.is_steps = wanted.unit == StepUnit::kSteps;
  return Panel{wanted.title, unit_label(wanted.unit), wanted.y_label, lines, {}};
}

}  // namespace kairo
