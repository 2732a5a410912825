#include "analysis/stats/seeds.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <set>

#include "core/base/error.h"

namespace kairo {
namespace {

void check_seeds(const std::vector<ReportedRun>& runs) {
  if (runs.empty()) {
    throw Error(ErrorKind::kUsage).at("seeds").fact("there is no run").hint("name the runs");
  }
  std::set<std::string> names;
  for (const ReportedRun& run : runs) {
    if (names.insert(run.experiment).second) continue;
    throw Error(ErrorKind::kUsage)
        .at("seeds")
        .fact("the run " + run.experiment + " is given twice")
        .hint("give each run once: one run is one seed");
  }
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
  row.kind = like.kind;
  std::vector<SeedValue> values;
  for (const ReportedRun& run : runs) {
    const ReportedEvent* found = run.event(like.name);
    row.seeds.push_back(found == nullptr ? absent(row) : *found);
    values.push_back(seed_value(row.seeds.back()));
  }
  row.spread = spread_over_seeds(values, confidence, /*least=*/0);
  return row;
}

SeedValue gap_of(const ReportedEvent* first, const ReportedEvent* second) {
  if (first == nullptr || second == nullptr) return {};
  return difference(seed_value(*first), seed_value(*second));
}

// Bounds lie strictly outside of what they bound, so that one of 0 tells the sign.
void count_seeds(GapOverSeeds& row, const SeedValue& gap) {
  const bool at_one_record = gap.value == 0;
  if (gap.is_measured() && gap.low >= 0 && !at_one_record) {
    ++row.n_first;
  } else if (gap.is_measured() && gap.high <= 0 && !at_one_record) {
    ++row.n_second;
  } else if (gap.is_confirmed()) {
    ++row.n_overlap;
  } else {
    ++row.n_unknown;
  }
}

GapOverSeeds gap_over(const std::vector<ReportedRun>& runs, const OrderOverSeeds& pair,
                      std::size_t share, double confidence) {
  GapOverSeeds row;
  for (const ReportedRun& run : runs) {
    row.seeds.push_back(gap_of(run.event(rise_event_name(pair.first, share)),
                               run.event(rise_event_name(pair.second, share))));
    count_seeds(row, row.seeds.back());
  }
  row.spread = spread_over_seeds(row.seeds, confidence);
  return row;
}

OrderOverSeeds order_over(const std::vector<ReportedRun>& runs, const ReportedOrder& like,
                          double confidence) {
  OrderOverSeeds row;
  row.first = like.first;
  row.second = like.second;
  for (std::size_t i = 0; i < row.at.size(); ++i) row.at[i] = gap_over(runs, row, i, confidence);
  for (const ReportedRun& run : runs) {
    for (const ReportedOrder& each : run.orders) {
      if (each.first != like.first || each.second != like.second) continue;
      row.n_robust_first += each.robust == OrderSign::kFirstEarlier ? 1 : 0;
      row.n_robust_second += each.robust == OrderSign::kSecondEarlier ? 1 : 0;
    }
  }
  return row;
}

}  // namespace

const ReportedEvent* ReportedRun::event(const std::string& name) const {
  const auto found = std::find_if(events.begin(), events.end(),
                                  [&](const ReportedEvent& each) { return each.name == name; });
  return found == events.end() ? nullptr : &*found;
}

int64_t EventOverSeeds::count(SeedStatus status) const {
  return std::count_if(seeds.begin(), seeds.end(),
                       [&](const ReportedEvent& each) { return each.status == status; });
}

SeedValue seed_value(const ReportedEvent& event) {
  const int64_t after = event.after < 0 ? event.first_step : event.after;
  return seed_value(event.status, static_cast<double>(after), static_cast<double>(event.step),
                    static_cast<double>(event.last_step));
}

std::string rise_event_name(const std::string& series, std::size_t share) {
  return fmt::format("{}/{:.0f}", series, 100 * kRiseShares.at(share));
}

const std::string& SeedsTable::title_of(const std::string& series) const {
  const auto found = titles.find(series);
  return found == titles.end() ? series : found->second;
}

OrderSign OrderOverSeeds::in_every_seed() const {
  const auto n = static_cast<int64_t>(at.front().seeds.size());
  const auto all = [&](int64_t GapOverSeeds::*earlier) {
    return std::all_of(at.begin(), at.end(),
                       [&](const GapOverSeeds& each) { return each.*earlier == n; });
  };
  if (all(&GapOverSeeds::n_first)) return OrderSign::kFirstEarlier;
  return all(&GapOverSeeds::n_second) ? OrderSign::kSecondEarlier : OrderSign::kUnresolved;
}

SeedsTable over_seeds(const std::vector<ReportedRun>& runs, double confidence) {
  check_seeds(runs);
  SeedsTable table;
  table.confidence = confidence;
  std::set<std::string> seen_events;
  std::set<std::pair<std::string, std::string>> seen_orders;
  for (const ReportedRun& run : runs) {
    table.experiments.push_back(run.experiment);
    table.titles.insert(run.titles.begin(), run.titles.end());
    for (const ReportedEvent& event : run.events) {
      if (!seen_events.insert(event.name).second) continue;
      table.events.push_back(event_over(runs, event, confidence));
    }
    for (const ReportedOrder& order : run.orders) {
      if (!seen_orders.insert({order.first, order.second}).second) continue;
      table.orders.push_back(order_over(runs, order, confidence));
    }
  }
  return table;
}

}  // namespace kairo
