// A group's curve with its band over seeds, as figures draw it.
//
// Each seed is a thin line to its own end. Over the steps that all seeds of the group have: the
// median and the range from the smallest to the largest seed, which contains the median over seeds
// with probability 1 - 2/2^n at each step by itself; or the mean and its t interval
// (analysis/stats/seed_spread.h). One seed is one line without a band.
// Thread rule: pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/compare/comparison.h"
#include "analysis/plot/panel.h"

namespace kairo {

inline constexpr std::size_t kMostThinLines = 20;    // seeds of a group; with more the band alone
inline constexpr std::size_t kMostDrawnGroups = 21;  // that colours and dashes tell apart

struct TrackPanel {
  std::string title;
  std::string y_label;  // with units
  std::string track;    // of ComparedRun
  StepUnit unit = StepUnit::kSteps;
  double y_low = kUnset, y_high = kUnset;
};

// The thin lines first, the group's own last; empty where no run has the track.
std::vector<Curve> seed_curves(const Comparison& comparison, const RunGroup& group,
                               const std::string& track, StepUnit unit);

// What the bands of these groups are, for a key: "range of 3 seeds (pointwise 75 % for the
// median)". Of the runs that have the track; "" where no group has two.
std::string seed_band_name(const Comparison& comparison, const std::vector<const RunGroup*>& groups,
                           const std::string& track);
// The same in a sentence, for a page; "" where no group has two seeds.
std::string seed_band_note(const Comparison& comparison);

// One panel with all these groups; nothing where none has the track, or there are more than
// kMostDrawnGroups.
std::optional<Panel> track_panel(const Comparison& comparison,
                                 const std::vector<const RunGroup*>& groups,
                                 const TrackPanel& wanted);

// "training step", "examples seen", "learning rate summed over updates"
const char* unit_label(StepUnit unit);

}  // namespace kairo
