#include "analysis/seeds.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "analysis/quantiles.h"
#include "hooks/error.h"

namespace kairo {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void check(const std::vector<ReportedRun>& runs) {
  if (runs.empty()) {
    throw Error(ErrorKind::kUsage, {"seeds", "at least one run", "none", "name the runs"});
  }
  std::set<std::string> names;
  for (const ReportedRun& run : runs) {
    if (names.insert(run.experiment).second) continue;
    throw Error(ErrorKind::kUsage, {"seeds", "runs with different names", run.experiment + " twice",
                                    "one run counted twice is no second seed"});
  }
}

StepRange bounds_of(const ReportedEvent& event) {
  const double begin = static_cast<double>(event.after < 0 ? event.first_step : event.after);
  switch (event.status) {
    case EventStatus::kConfirmed:
      return {begin, static_cast<double>(event.step)};
    case EventStatus::kUnconfirmed:
      return {begin, kInfinity};
    case EventStatus::kNone:
      break;
  }
  return {static_cast<double>(event.last_step), kInfinity};
}

void count(EventOverSeeds& row, const ReportedEvent& event) {
  if (!event.left_out.empty()) {
    ++row.n_left_out;
  } else if (event.status == EventStatus::kConfirmed) {
    ++row.n_confirmed;
  } else if (event.status == EventStatus::kUnconfirmed) {
    ++row.n_unconfirmed;
  } else {
    ++row.n_none;
  }
}

std::vector<StepRange> measured(const EventOverSeeds& row) {
  std::vector<StepRange> bounds;
  for (const ReportedEvent& each : row.seeds) {
    if (each.left_out.empty()) bounds.push_back(bounds_of(each));
  }
  return bounds;
}

void add_range(EventOverSeeds& row) {
  const std::vector<StepRange> bounds = measured(row);
  if (bounds.size() < 2) return;
  row.has_range = true;
  row.range_low = kInfinity;
  for (const StepRange& each : bounds) {
    row.range_low = std::min(row.range_low, each.begin);
    row.range_high = std::max(row.range_high, each.end);
  }
  row.range_coverage = 1 - 2 / std::exp2(static_cast<double>(bounds.size()));
}

void add_t_interval(EventOverSeeds& row, double confidence) {
  const std::vector<StepRange> bounds = measured(row);
  const double n = static_cast<double>(bounds.size());
  if (row.n_confirmed < static_cast<int64_t>(bounds.size())) {
    row.why_no_t = std::to_string(row.n_none) + " without the event and " +
                   std::to_string(row.n_unconfirmed) + " unconfirmed: a mean is not known";
    return;
  }
  if (bounds.size() < 2) {
    row.why_no_t = "fewer than two seeds";
    return;
  }
  double begins = 0, squares = 0;
  for (const StepRange& each : bounds) {
    begins += each.begin / n;
    row.mean += each.end / n;
  }
  for (const StepRange& each : bounds) squares += (each.end - row.mean) * (each.end - row.mean);
  const double half =
      student_t_two_sided(confidence, n - 1) * std::sqrt(squares / (n - 1)) / std::sqrt(n);
  row.has_t_interval = true;
  row.t_low = begins - half;
  row.t_high = row.mean + half;
}

// The event of a run that lacks it, so that every row has a cell for every run.
ReportedEvent absent(const EventOverSeeds& row) {
  ReportedEvent event;
  event.name = row.name;
  event.title = row.title;
  event.left_out = "the run's report does not have it";
  return event;
}

EventOverSeeds event_over(const std::vector<ReportedRun>& runs, const ReportedEvent& like,
                          double confidence) {
  EventOverSeeds row;
  row.name = like.name;
  row.title = like.title;
  for (const ReportedRun& run : runs) {
    const auto found =
        std::find_if(run.events.begin(), run.events.end(),
                     [&](const ReportedEvent& each) { return each.name == like.name; });
    row.seeds.push_back(found == run.events.end() ? absent(row) : *found);
    count(row, row.seeds.back());
  }
  add_t_interval(row, confidence);
  add_range(row);
  return row;
}

void count(OrderOverSeeds& row, const ReportedOrder* order) {
  for (std::size_t i = 0; i < kRiseShares.size(); ++i) {
    const double gap = order == nullptr ? std::nan("") : order->gap[i];
    row.at[i].first_earlier += gap > 0 ? 1 : 0;
    row.at[i].second_earlier += gap < 0 ? 1 : 0;
    row.at[i].same_record += gap == 0 ? 1 : 0;
    row.at[i].missing += std::isnan(gap) ? 1 : 0;
  }
  if (order == nullptr) return;
  row.n_robust_first += order->robust == OrderSign::kFirstEarlier ? 1 : 0;
  row.n_robust_second += order->robust == OrderSign::kSecondEarlier ? 1 : 0;
}

OrderOverSeeds order_over(const std::vector<ReportedRun>& runs, const ReportedOrder& like) {
  OrderOverSeeds row;
  row.first = like.first;
  row.second = like.second;
  for (const ReportedRun& run : runs) {
    const auto found =
        std::find_if(run.orders.begin(), run.orders.end(), [&](const ReportedOrder& each) {
          return each.first == like.first && each.second == like.second;
        });
    count(row, found == run.orders.end() ? nullptr : &*found);
  }
  return row;
}

}  // namespace

SeedsTable over_seeds(const std::vector<ReportedRun>& runs, double confidence) {
  check(runs);
  SeedsTable table;
  table.confidence = confidence;
  std::set<std::string> seen_events;
  std::set<std::pair<std::string, std::string>> seen_orders;
  for (const ReportedRun& run : runs) {
    table.experiments.push_back(run.experiment);
    for (const ReportedEvent& event : run.events) {
      if (!seen_events.insert(event.name).second) continue;
      table.events.push_back(event_over(runs, event, confidence));
    }
    for (const ReportedOrder& order : run.orders) {
      if (!seen_orders.insert({order.first, order.second}).second) continue;
      table.orders.push_back(order_over(runs, order));
    }
  }
  return table;
}

}  // namespace kairo
