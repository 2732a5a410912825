#include "analysis/compare/lag.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kairo {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Lag left_out(const std::string& why) {
  Lag lag;
  lag.at = kNan;
  lag.left_out = why;
  return lag;
}

LagStatus status_of(EventStatus status) {
  switch (status) {
    case EventStatus::kConfirmed:
      return LagStatus::kConfirmed;
    case EventStatus::kUnconfirmed:
      return LagStatus::kUnconfirmed;
    case EventStatus::kNone:
      break;
  }
  return LagStatus::kCensored;
}

LagDifference difference_of(const Lag& bz_to_a, const Lag& az_to_b) {
  LagDifference difference;
  difference.bz_to_a = bz_to_a;
  difference.az_to_b = az_to_b;
  if (bz_to_a.status == LagStatus::kLeftOut || az_to_b.status == LagStatus::kLeftOut) {
    return difference;
  }
  SeedValue& steps = difference.steps;
  steps.is_measured = true;
  if (!bz_to_a.is_known() || !az_to_b.is_known()) {
    difference.status = LagStatus::kCensored;
    if (az_to_b.is_known()) steps.low = bz_to_a.end - az_to_b.at;
    if (bz_to_a.is_known()) steps.high = bz_to_a.at - az_to_b.end;
    return difference;
  }
  const bool confirmed =
      bz_to_a.status == LagStatus::kConfirmed && az_to_b.status == LagStatus::kConfirmed;
  difference.status = confirmed ? LagStatus::kConfirmed : LagStatus::kUnconfirmed;
  steps.value = bz_to_a.at - az_to_b.at;
  steps.low = bz_to_a.after - az_to_b.at;
  steps.high = bz_to_a.at - az_to_b.after;
  return difference;
}

void summarize(DifferenceRow& row, double confidence) {
  std::vector<SeedValue> values;
  for (const LagDifference& each : row.seeds) {
    values.push_back(each.steps);
    row.n_censored += each.status == LagStatus::kCensored ? 1 : 0;
    row.n_left_out += each.status == LagStatus::kLeftOut ? 1 : 0;
  }
  row.n_known = row.seeds.size() - row.n_censored - row.n_left_out;
  row.spread = spread_over_seeds(values, confidence);
}

const RunGroup* group_in(const Comparison& comparison, std::size_t family,
                         const std::string& direction) {
  for (const RunGroup& group : comparison.groups) {
    if (group.family == family && group.direction == direction) return &group;
  }
  return nullptr;
}

DifferenceRow row_of(const Comparison& comparison, const RunGroup& bz_to_a, const RunGroup& az_to_b,
                     const std::string& event) {
  DifferenceRow row;
  row.family = comparison.families[bz_to_a.family];
  row.event = event;
  for (std::size_t a : bz_to_a.runs) {
    for (std::size_t b : az_to_b.runs) {
      const ComparedRun &one = comparison.runs[a], &other = comparison.runs[b];
      if (one.seed != other.seed) continue;
      LagDifference difference = difference_of(lag_of(one, event, StepUnit::kSteps),
                                               lag_of(other, event, StepUnit::kSteps));
      difference.family = row.family;
      difference.seed = one.seed;
      difference.event = event;
      row.seeds.push_back(difference);
    }
  }
  summarize(row, comparison.confidence);
  return row;
}

}  // namespace

const char* status_name(LagStatus status) {
  switch (status) {
    case LagStatus::kConfirmed:
      return "confirmed";
    case LagStatus::kUnconfirmed:
      return "unconfirmed";
    case LagStatus::kCensored:
      return "censored";
    case LagStatus::kLeftOut:
      break;
  }
  return "left_out";
}

Lag lag_of(const ComparedRun& run, const std::string& event, StepUnit unit) {
  const ReportedEvent* found = run.event(event);
  if (found == nullptr) return left_out("its report does not have the event");
  if (!found->left_out.empty()) return left_out(found->left_out);
  Lag lag;
  lag.status = status_of(found->status);
  lag.at = kNan;
  lag.end = run.in_unit(static_cast<double>(found->last_step), unit);
  if (lag.is_known()) {
    lag.at = run.in_unit(static_cast<double>(found->step), unit);
    lag.after = found->after < 0 ? 0 : run.in_unit(static_cast<double>(found->after), unit);
  }
  // NaN: beyond what the trainer has logged.
  if (std::isnan(lag.end) || (lag.is_known() && std::isnan(lag.at + lag.after))) {
    return left_out(std::string("the run has not logged its ") + unit_name(unit));
  }
  return lag;
}

std::string lag_text(const Lag& lag) {
  switch (lag.status) {
    case LagStatus::kLeftOut:
      return "left out: " + lag.left_out;
    case LagStatus::kCensored:
      return fmt::format("> {:.6g}", lag.end);
    default:
      break;
  }
  return fmt::format("{:.6g} in ({:.6g}, {:.6g}]{}", lag.at, lag.after, lag.at,
                     lag.status == LagStatus::kUnconfirmed ? ", unconfirmed" : "");
}

Lag median_lag(const Comparison& comparison, const RunGroup& group, const std::string& event,
               StepUnit unit) {
  std::vector<Lag> lags;
  double least_end = kInfinity;
  for (std::size_t run : group.runs) {
    const Lag lag = lag_of(comparison.runs[run], event, unit);
    if (lag.status == LagStatus::kLeftOut) continue;
    lags.push_back(lag);
    if (!lag.is_known()) least_end = std::min(least_end, lag.end);
  }
  if (lags.empty()) return left_out("no run measures it");
  const auto place = [](const Lag& lag) { return lag.is_known() ? lag.at : kInfinity; };
  std::sort(lags.begin(), lags.end(),
            [&](const Lag& a, const Lag& b) { return place(a) < place(b); });
  const Lag &low = lags[(lags.size() - 1) / 2], &high = lags[lags.size() / 2];
  Lag median = high;
  if (!high.is_known()) {
    median.status = LagStatus::kCensored;
    median.end = least_end;
    return median;
  }
  median.at = (low.at + high.at) / 2;
  median.after = (low.after + high.after) / 2;
  if (low.status == LagStatus::kUnconfirmed) median.status = LagStatus::kUnconfirmed;
  return median;
}

std::string difference_text(const LagDifference& difference) {
  if (difference.status == LagStatus::kLeftOut) {
    const Lag& missing =
        difference.bz_to_a.status == LagStatus::kLeftOut ? difference.bz_to_a : difference.az_to_b;
    return lag_text(missing);
  }
  const SeedValue& steps = difference.steps;
  if (difference.status == LagStatus::kCensored) {
    if (std::isfinite(steps.low)) return fmt::format("> {:.6g}", steps.low);
    if (std::isfinite(steps.high)) return fmt::format("< {:.6g}", steps.high);
    return "both censored";
  }
  return fmt::format("{:.6g} in ({:.6g}, {:.6g}){}", steps.value, steps.low, steps.high,
                     difference.status == LagStatus::kUnconfirmed ? ", unconfirmed" : "");
}

std::vector<DifferenceRow> difference_table(const Comparison& comparison) {
  std::vector<DifferenceRow> rows;
  for (std::size_t family = 0; family < comparison.families.size(); ++family) {
    const RunGroup* bz_to_a = group_in(comparison, family, "bz_to_a");
    const RunGroup* az_to_b = group_in(comparison, family, "az_to_b");
    if (bz_to_a == nullptr || az_to_b == nullptr) continue;
    for (const std::string& event : lag_events()) {
      rows.push_back(row_of(comparison, *bz_to_a, *az_to_b, event));
    }
  }
  return rows;
}

}  // namespace kairo
