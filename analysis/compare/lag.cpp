#include "analysis/compare/lag.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kairo {
namespace {

constexpr double kNoLag = std::numeric_limits<double>::quiet_NaN();

Lag no_lag(const std::string& why) {
  Lag lag;
  lag.at = kNoLag;
  lag.left_out = why;
  return lag;
}

LagDifference difference_of(const std::string& event, const Lag& first, const Lag& second) {
  LagDifference each;
  each.event = event;
  each.first = first;
  each.second = second;
  each.left_out = first.status == SeedStatus::kLeftOut ? first.left_out : second.left_out;
  if (each.left_out.empty()) each.steps = difference(second.value(), first.value());
  return each;
}

DifferenceRow row_of(const Comparison& comparison, const RunGroup& first, const RunGroup& second,
                     const std::string& event) {
  DifferenceRow row;
  row.family = comparison.families[first.family];
  row.event = event;
  std::vector<SeedValue> values;
  for (std::size_t a : first.runs) {
    for (std::size_t b : second.runs) {
      const ComparedRun &one = comparison.runs[a], &other = comparison.runs[b];
      if (one.seed != other.seed) continue;
      row.seeds.push_back(difference_of(event, lag_of(one, event, StepUnit::kSteps),
                                        lag_of(other, event, StepUnit::kSteps)));
      row.seeds.back().family = row.family;
      row.seeds.back().seed = one.seed;
      values.push_back(row.seeds.back().steps);
    }
  }
  row.spread = spread_over_seeds(values, comparison.confidence);
  return row;
}

}  // namespace

Lag lag_of(const ComparedRun& run, const std::string& event, StepUnit unit) {
  const ReportedEvent* found = run.event(event);
  if (found == nullptr) return no_lag("its report does not have the event");
  if (found->status == SeedStatus::kLeftOut) return no_lag(found->left_out);
  Lag lag;
  lag.status = found->status;
  lag.at = kNoLag;
  lag.end = run.in_unit(static_cast<double>(found->last_step), unit);
  if (lag.is_seen()) {
    lag.at = run.in_unit(static_cast<double>(found->step), unit);
    lag.after = found->after < 0 ? 0 : run.in_unit(static_cast<double>(found->after), unit);
  }
  // NaN: beyond what the trainer has logged.
  if (std::isnan(lag.end) || (lag.is_seen() && std::isnan(lag.at + lag.after))) {
    return no_lag(std::string("the run has not logged its ") + unit_name(unit));
  }
  return lag;
}

std::string lag_text(const Lag& lag) {
  if (lag.status == SeedStatus::kLeftOut) return "left out: " + lag.left_out;
  if (!lag.is_seen()) return fmt::format("> {:.6g}", lag.end);
  return fmt::format("{:.6g} in ({:.6g}, {:.6g}]{}", lag.at, lag.after, lag.at,
                     lag.status == SeedStatus::kUnconfirmed ? ", unconfirmed" : "");
}

SeedValue median_lag(const Comparison& comparison, const RunGroup& group, const std::string& event,
                     StepUnit unit) {
  std::vector<SeedValue> values;
  for (std::size_t run : group.runs) {
    values.push_back(lag_of(comparison.runs[run], event, unit).value());
  }
  return median_over_seeds(values);
}

std::string value_text(const SeedValue& value) {
  const std::string bounds = fmt::format("in ({:.6g}, {:.6g})", value.low, value.high);
  if (value.is_confirmed()) return fmt::format("{:.6g} {}", value.value, bounds);
  if (std::isfinite(value.low) && std::isfinite(value.high)) return bounds;
  if (std::isfinite(value.low)) return fmt::format("> {:.6g}", value.low);
  if (std::isfinite(value.high)) return fmt::format("< {:.6g}", value.high);
  return "not bounded";
}

std::string difference_text(const LagDifference& difference) {
  if (!difference.steps.is_measured()) return "left out: " + difference.left_out;
  const bool unconfirmed = difference.first.status == SeedStatus::kUnconfirmed ||
                           difference.second.status == SeedStatus::kUnconfirmed;
  return value_text(difference.steps) + (unconfirmed ? ", unconfirmed" : "");
}

std::size_t DifferenceRow::count(SeedStatus status) const {
  return std::count_if(seeds.begin(), seeds.end(),
                       [&](const LagDifference& each) { return each.steps.status == status; });
}

std::vector<DifferenceRow> difference_table(const Comparison& comparison) {
  const Pair& pair = compared_task(comparison).pair;
  std::vector<DifferenceRow> rows;
  if (pair.key.empty()) return rows;
  for (std::size_t family = 0; family < comparison.families.size(); ++family) {
    const RunGroup* first = comparison.group_of(family, pair.first);
    const RunGroup* second = comparison.group_of(family, pair.second);
    if (first == nullptr || second == nullptr) continue;
    for (const std::string& event : lag_events(comparison)) {
      rows.push_back(row_of(comparison, *first, *second, event));
    }
  }
  return rows;
}

}  // namespace kairo
