#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "analysis/compare/comparison_figures.h"
#include "analysis/compare/comparison_tables.h"

namespace kairo {
namespace {

constexpr std::size_t kMostPanels = 6;
constexpr double kSharesApart = 0.25;      // offset of the three shares of one series
constexpr double kOrderSeedsApart = 0.18;  // offset of the seeds at one share
constexpr double kMostApart = 0.0055;      // of two seeds, of the axis

const EventOverSeeds* rise_of(const SeedsTable& table, const std::string& series,
                              std::size_t share) {
  const std::string name = rise_event_name(series, share);
  const auto found = std::find_if(table.events.begin(), table.events.end(),
                                  [&](const EventOverSeeds& each) { return each.name == name; });
  return found == table.events.end() ? nullptr : &*found;
}

bool has_rises(const SeedsTable& table, const std::string& series) {
  for (std::size_t share = 0; share < kRiseShares.size(); ++share) {
    if (rise_of(table, series, share) == nullptr) return false;
  }
  return true;
}

// Of the seeds that measure it; where it is not known its upper bound, infinite where half of them
// never get there.
double median_place(const EventOverSeeds& event) {
  std::vector<SeedValue> places;
  for (const ReportedEvent& each : event.seeds) places.push_back(seed_value(each));
  const SeedValue median = median_over_seeds(places);
  return median.is_confirmed() ? median.value : median.high;
}

// The series of the orders, the earliest at half of its rise first.
std::vector<std::string> series_in_order(const SeedsTable& table) {
  std::vector<std::string> names;
  for (const OrderOverSeeds& pair : table.orders) {
    for (const std::string& name : {pair.first, pair.second}) {
      const bool is_new = std::find(names.begin(), names.end(), name) == names.end();
      if (is_new && has_rises(table, name)) names.push_back(name);
    }
  }
  std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return median_place(*rise_of(table, a, 1)) < median_place(*rise_of(table, b, 1));
  });
  return names;
}

// One seed at one share of the rise of every series.
Curve points_of_order(const SeedsTable& table, const std::vector<std::string>& names,
                      std::size_t share, std::size_t seed) {
  Curve points;
  points.shared_name = fmt::format("{:.0f} % of its rise", 100 * kRiseShares[share]);
  points.name = points.shared_name + ", " + table.experiments[seed];
  points.style = static_cast<int>(share);
  points.drawn = Drawn::kPoints;
  const double n_seeds = static_cast<double>(table.experiments.size());
  const double series_apart = 1 / static_cast<double>(names.size());
  const double seeds_apart = std::min(kMostApart, kOrderSeedsApart * series_apart / n_seeds);
  points.aside = kSharesApart * series_apart * (static_cast<double>(share) - 1) +
                 seeds_apart * (static_cast<double>(seed) - (n_seeds - 1) / 2);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const ReportedEvent& event = rise_of(table, names[i], share)->seeds[seed];
    if (event.status == SeedStatus::kLeftOut) continue;
    points.steps.push_back(static_cast<double>(i + 1));
    points.y.push_back(static_cast<double>(event.step >= 0 ? event.step : event.last_step));
    points.known.push_back(known_of(event.status));
  }
  return points;
}

// At one share of the rise of every series: from the earliest to the latest seed, as far as their
// records bound it.
Curve ranges_of_order(const SeedsTable& table, const std::vector<std::string>& names,
                      std::size_t share) {
  Curve like;
  like.style = static_cast<int>(share);
  like.aside = kSharesApart / static_cast<double>(names.size()) * (static_cast<double>(share) - 1);
  like.name = fmt::format("{:.0f} % of its rise", 100 * kRiseShares[share]);
  Curve ranges =
      uprights_of(like, "range over seeds, from the earliest record before to the latest");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const SeedSpread& spread = rise_of(table, names[i], share)->spread;
    if (!spread.has_range) continue;
    add_upright(static_cast<double>(i + 1), spread.range_low, spread.range_high, ranges);
  }
  return ranges;
}

Panel order_panel(const RunGroup& group, const SeedsTable& table, bool is_alone) {
  const std::vector<std::string> names = series_in_order(table);
  Lines lines;
  lines.x.is_steps = false;
  lines.y_low = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    lines.x.ticks.push_back(static_cast<double>(i + 1));
    lines.x.tick_names.push_back(table.title_of(names[i]));
  }
  for (std::size_t share = 0; share < kRiseShares.size(); ++share) {
    const Curve ranges = ranges_of_order(table, names, share);
    if (!ranges.y.empty()) lines.curves.push_back(ranges);
    for (std::size_t seed = 0; seed < table.experiments.size(); ++seed) {
      lines.curves.push_back(points_of_order(table, names, share, seed));
    }
  }
  const std::string of = is_alone ? "" : group.name + ", ";
  return {fmt::format("{}{} seeds", of, group.runs.size()),
          "series, sorted by the median over seeds of the step at 50 %",
          "training step",
          lines,
          {}};
}

// One range for all panels, so that groups can be compared.
void share_y_axis(std::vector<Panel>& panels) {
  double high = 0;
  for (const Panel& panel : panels) {
    high = std::max(high, y_range(std::get<Lines>(panel.content)).high);
  }
  for (Panel& panel : panels) std::get<Lines>(panel.content).y_high = high;
}

}  // namespace

std::vector<NamedDrawing> order_of_events(const Comparison& comparison) {
  const bool has_seeds = std::any_of(comparison.groups.begin(), comparison.groups.end(),
                                     [](const RunGroup& group) { return group.runs.size() > 1; });
  std::vector<Panel> panels;
  const std::vector<SeedsTable> tables =
      has_seeds ? groups_over_seeds(comparison) : std::vector<SeedsTable>{};
  for (std::size_t g = 0; g < tables.size(); ++g) {
    const RunGroup& group = comparison.groups[g];
    if (group.runs.size() > 1 && !tables[g].orders.empty()) {
      panels.push_back(order_panel(group, tables[g], tables.size() == 1));
    }
  }
  share_y_axis(panels);
  std::string why = "no group has two seeds with two series to put in order";
  if (panels.size() > kMostPanels) {
    why = fmt::format("{} groups of several seeds are more than a page of {} panels", panels.size(),
                      kMostPanels);
    panels.clear();
  }
  Drawing drawing = drawing_of(comparison_page(comparison, "Order of events over seeds"), panels,
                               panels.size() == 1 ? 1 : 2, why);
  drawing.caption = "The steps at which each series has risen by 25, 50 and 75 %, in every seed.";
  drawing.page.notes = {
      "One point per seed, side by side in the order of the tables. A point is at the step of its "
      "event, the latest that it can be. The thin lines are ranges over seeds; with n seeds a "
      "range "
      "contains the median with at least 1 − 2/2^n.",
      "A series that never rose so far is drawn as an open point with an arrow at the run's last "
      "record. An open point without an arrow: it may not have held, or the series still rose at "
      "the end. Where a seed is open there is no upper end of the range, and none is drawn."};
  return {{"order", drawing}};
}

}  // namespace kairo
