#include "analysis/compare/lag.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/quantiles.h"

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
  difference.value = bz_to_a.at - az_to_b.at;
  if (!bz_to_a.is_known() || !az_to_b.is_known()) {
    difference.status = LagStatus::kCensored;
    difference.low =
        bz_to_a.is_known() || !az_to_b.is_known() ? -kInfinity : bz_to_a.end - az_to_b.at;
    difference.high =
        az_to_b.is_known() || !bz_to_a.is_known() ? kInfinity : bz_to_a.at - az_to_b.end;
    return difference;
  }
  const bool confirmed =
      bz_to_a.status == LagStatus::kConfirmed && az_to_b.status == LagStatus::kConfirmed;
  difference.status = confirmed ? LagStatus::kConfirmed : LagStatus::kUnconfirmed;
  difference.low = bz_to_a.after - az_to_b.at;
  difference.high = bz_to_a.at - az_to_b.after;
  return difference;
}

bool is_known(const LagDifference& each) {
  return each.status == LagStatus::kConfirmed || each.status == LagStatus::kUnconfirmed;
}

// As over_seeds has them: the t interval from the lower to the upper bounds, the range of bounds.
void summarize(DifferenceRow& row, double confidence) {
  for (const LagDifference& each : row.seeds) {
    row.n_known += is_known(each) ? 1 : 0;
    row.n_censored += each.status == LagStatus::kCensored ? 1 : 0;
    row.n_left_out += each.status == LagStatus::kLeftOut ? 1 : 0;
  }
  if (row.n_known < 2 || row.n_censored > 0) return;
  const double n = static_cast<double>(row.n_known);
  double lows = 0, highs = 0, squares = 0;
  row.range_low = kInfinity;
  row.range_high = -kInfinity;
  for (const LagDifference& each : row.seeds) {
    if (!is_known(each)) continue;
    row.mean += each.value / n;
    lows += each.low / n;
    highs += each.high / n;
    row.range_low = std::min(row.range_low, each.low);
    row.range_high = std::max(row.range_high, each.high);
  }
  for (const LagDifference& each : row.seeds) {
    if (is_known(each)) squares += (each.value - row.mean) * (each.value - row.mean);
  }
  const double half =
      student_t_two_sided(confidence, n - 1) * std::sqrt(squares / (n - 1)) / std::sqrt(n);
  row.has_t_interval = row.has_range = true;
  row.t_low = lows - half;
  row.t_high = highs + half;
  row.range_coverage = 1 - 2 / std::exp2(n);
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
  if (difference.status == LagStatus::kCensored) {
    if (std::isfinite(difference.low)) return fmt::format("> {:.6g}", difference.low);
    if (std::isfinite(difference.high)) return fmt::format("< {:.6g}", difference.high);
    return "both censored";
  }
  return fmt::format("{:.6g} in ({:.6g}, {:.6g}){}", difference.value, difference.low,
                     difference.high,
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
