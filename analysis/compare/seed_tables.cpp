// Tables over seeds: a column for each seed, then what they say together.
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/compare/comparison_tables.h"

namespace kairo {
namespace {

constexpr std::size_t kMostSeedColumns = 8;  // with more seeds one column lists all

// What the cells of one row need: which run of a group is which seed.
struct Rows {
  const Comparison& comparison;
  std::vector<std::string> seeds;  // of all groups, as first met; those with a column
  std::vector<SeedsTable> groups;  // [group]

  bool has_columns() const { return seeds.size() <= kMostSeedColumns; }
  // The place of a seed in a group; past its end where the group lacks it.
  std::size_t place(const RunGroup& group, const std::string& seed) const {
    const auto found = std::find_if(group.runs.begin(), group.runs.end(), [&](std::size_t run) {
      return comparison.runs[run].seed == seed;
    });
    return found - group.runs.begin();
  }
};

Rows rows_of_seeds(const Comparison& comparison) {
  Rows rows{comparison, {}, groups_over_seeds(comparison)};
  for (const RunGroup& group : comparison.groups) {
    for (std::size_t run : group.runs) {
      const std::string& seed = comparison.runs[run].seed;
      if (std::find(rows.seeds.begin(), rows.seeds.end(), seed) == rows.seeds.end()) {
        rows.seeds.push_back(seed);
      }
    }
  }
  return rows;
}

Cell event_cell(const ReportedEvent& event) {
  if (event.status == SeedStatus::kLeftOut) return no_cell();
  if (event.status == SeedStatus::kNoTransition) return no_cell("no transition");
  if (event.status == SeedStatus::kCensored) return no_cell(fmt::format("> {}", event.last_step));
  const bool confirmed = event.status == SeedStatus::kConfirmed;
  std::string text = std::to_string(event.step);
  if (event.after >= 0) text += fmt::format(" in ({}, {}]", event.after, event.step);
  if (!confirmed) text += ", " + status_words(event.status);
  return number_cell(text, static_cast<double>(event.step),
                     confirmed ? SortRank::kValue : SortRank::kUnconfirmed);
}

std::string signed_bound(double bound) {
  if (std::isfinite(bound)) return fmt::format("{:.6g}", bound);
  return bound > 0 ? "∞" : "−∞";
}

Cell gap_cell(const SeedValue& gap) {
  if (!gap.is_measured()) return no_cell();
  const std::string bounds = fmt::format("({}, {})", signed_bound(gap.low), signed_bound(gap.high));
  if (!gap.is_confirmed()) return no_cell("in " + bounds);
  return number_cell(fmt::format("{:+.6g} in {}", gap.value, bounds), gap.value);
}

// A cell for each seed that has a column, by `cell_of` of its place in the group.
template <typename CellOf>
void add_seed_cells(const Rows& rows, const RunGroup& group, CellOf cell_of,
                    std::vector<Cell>& row) {
  for (const std::string& seed : rows.seeds) {
    const std::size_t place = rows.place(group, seed);
    row.push_back(place < group.runs.size() ? cell_of(place) : no_cell());
  }
}

Cell mean_cell(const SeedSpread& spread) {
  const std::string text = short_t_interval(spread);
  return spread.has_t_interval ? number_cell(text, spread.mean) : no_cell(text);
}

Cell range_cell(const SeedSpread& spread) {
  const std::string text = short_range(spread);
  return spread.has_range ? number_cell(text, spread.range_low) : no_cell(text);
}

// "4 confirmed, 1 censored"
std::string counts_text(const EventOverSeeds& event) {
  std::string text;
  for (SeedStatus status : kSeedStatuses) {
    const int64_t n = event.count(status);
    if (n == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", n, status_words(status));
  }
  return text;
}

void add_seed_columns(const Rows& rows, const std::string& about, std::vector<Column>& columns) {
  if (!rows.has_columns()) {
    columns.push_back({"each seed", about});
    return;
  }
  for (const std::string& seed : rows.seeds) {
    const bool is_first = &seed == &rows.seeds.front();
    columns.push_back({"seed " + seed, is_first ? "For each seed: " + about : ""});
  }
}

void add_spread_columns(double confidence, std::vector<Column>& columns) {
  columns.push_back(
      {"mean over seeds",
       fmt::format("Mean of the middles between each seed's records, with Student's {:g} % t "
                   "interval. Only with three seeds or more, all of them confirmed. \"Cut\": the "
                   "formula reaches below step 0, where nothing can lie.",
                   100 * confidence)});
  columns.push_back({"range over seeds",
                     "From the smallest lower bound to the largest upper bound of the seeds. It "
                     "contains the median over seeds with at least the probability in parentheses "
                     "(1 − 2/2^n), whatever their distribution."});
}

std::vector<Cell> event_row(const Rows& rows, std::size_t g, const EventOverSeeds& event) {
  const RunGroup& group = rows.comparison.groups[g];
  std::vector<Cell> row = {text_cell(group.name), text_cell(event.title)};
  if (rows.has_columns()) {
    add_seed_cells(
        rows, group, [&](std::size_t i) { return event_cell(event.seeds[i]); }, row);
  } else {
    row.push_back(text_cell(each_seed_text(event)));
  }
  row.push_back(text_cell(counts_text(event)));
  row.push_back(mean_cell(event.spread));
  row.push_back(range_cell(event.spread));
  return row;
}

Table event_table(const Rows& rows, ReportedKind kind) {
  Table table;
  table.columns = {{"group", ""}, {"event", ""}};
  add_seed_columns(
      rows,
      "its step, in (record before, step]; \"> s\": not reached by the last record, s; "
      "–: not measured.",
      table.columns);
  table.columns.push_back(
      {"seeds",
       "Unconfirmed: past the threshold, but the run ended before this held long enough. Still "
       "rising: the series still rose when the run ended, so its shares may come later. No "
       "transition: a smooth curve describes the series."});
  add_spread_columns(rows.comparison.confidence, table.columns);
  for (std::size_t g = 0; g < rows.groups.size(); ++g) {
    if (kind != ReportedKind::kNamed && rows.comparison.groups[g].runs.size() < 2) continue;
    for (const EventOverSeeds& event : rows.groups[g].events) {
      if (event.kind == kind) table.rows.push_back(event_row(rows, g, event));
    }
  }
  return table;
}

// The series of a pair, as the runs' reports call them.
struct PairTitles {
  std::string first, second;
};

// "5 of 5: accuracy first", "3 of 5: accuracy first, 2 of 5: records overlap"
Cell sign_cell(const PairTitles& pair, const GapOverSeeds& gap) {
  const auto n = static_cast<int64_t>(gap.seeds.size());
  const auto all = [&](const std::string& series) {
    return text_cell(fmt::format("{0} of {0}: {1} first", n, series), CellLook::kStrong);
  };
  if (gap.n_first == n) return all(pair.first);
  if (gap.n_second == n) return all(pair.second);
  std::string text;
  const auto add = [&](int64_t count, const std::string& words) {
    if (count > 0) text += fmt::format("{}{} of {}: {}", text.empty() ? "" : ", ", count, n, words);
  };
  add(gap.n_first, pair.first + " first");
  add(gap.n_second, pair.second + " first");
  add(gap.n_overlap, "records overlap");
  add(gap.n_unknown, "not known");
  return text_cell(text);
}

Cell robust_cell(const PairTitles& titles, const OrderOverSeeds& pair) {
  const auto n = static_cast<int64_t>(pair.at.front().seeds.size());
  std::string text;
  const auto add = [&](int64_t count, const std::string& series) {
    if (count == 0) return;
    text += fmt::format("{}{} of {}: {} first", text.empty() ? "" : ", ", count, n, series);
  };
  add(pair.n_robust_first, titles.first);
  add(pair.n_robust_second, titles.second);
  if (text.empty()) return no_cell(fmt::format("0 of {}", n));
  return number_cell(text, static_cast<double>(pair.n_robust_first + pair.n_robust_second));
}

std::vector<Cell> order_row(const Rows& rows, std::size_t g, const OrderOverSeeds& pair,
                            std::size_t share) {
  const RunGroup& group = rows.comparison.groups[g];
  const GapOverSeeds& gap = pair.at[share];
  const PairTitles titles{rows.groups[g].title_of(pair.first),
                          rows.groups[g].title_of(pair.second)};
  std::vector<Cell> row = {
      text_cell(group.name), text_cell(titles.first), text_cell(titles.second),
      number_cell(fmt::format("{:.0f} %", 100 * kRiseShares[share]), kRiseShares[share])};
  if (rows.has_columns()) {
    add_seed_cells(
        rows, group, [&](std::size_t i) { return gap_cell(gap.seeds[i]); }, row);
  }
  row.push_back(sign_cell(titles, gap));
  row.push_back(mean_cell(gap.spread));
  row.push_back(range_cell(gap.spread));
  row.push_back(robust_cell(titles, pair));
  return row;
}

Table order_table(const Rows& rows) {
  Table table;
  table.columns = {{"group", ""}, {"first", ""}, {"second", ""}, {"at", "Share of both rises."}};
  if (rows.has_columns()) {
    add_seed_columns(rows,
                     "the gap (step of the second − step of the first), between the lowest and "
                     "the highest that the records allow.",
                     table.columns);
  }
  table.columns.push_back(
      {"sign holds in",
       "Seeds whose records put one before the other: the bounds of the gap do not contain 0. "
       "If they do, the records cannot tell."});
  add_spread_columns(rows.comparison.confidence, table.columns);
  table.columns.push_back(
      {"robust within the run in",
       "Seeds whose own report calls the order robust: the intervals over examples exclude 0 at "
       "all three shares."});
  for (std::size_t g = 0; g < rows.groups.size(); ++g) {
    if (rows.comparison.groups[g].runs.size() < 2) continue;
    for (const OrderOverSeeds& pair : rows.groups[g].orders) {
      for (std::size_t i = 0; i < pair.at.size(); ++i) {
        table.rows.push_back(order_row(rows, g, pair, i));
      }
    }
  }
  return table;
}

}  // namespace

std::string each_seed_text(const EventOverSeeds& event) {
  std::string text;
  for (const ReportedEvent& seed : event.seeds) {
    text += text.empty() ? "" : ", ";
    if (seed.status == SeedStatus::kLeftOut) {
      text += "–";
    } else if (seed.status == SeedStatus::kNoTransition) {
      text += status_words(seed.status);
    } else if (seed.status == SeedStatus::kCensored) {
      text += fmt::format("> {}", seed.last_step);
    } else {
      text += std::to_string(seed.step);
      if (seed.status != SeedStatus::kConfirmed) text += " (" + status_words(seed.status) + ")";
    }
  }
  return text;
}

std::vector<SeedsTable> groups_over_seeds(const Comparison& comparison) {
  std::vector<SeedsTable> tables;
  for (const RunGroup& group : comparison.groups) {
    std::vector<ReportedRun> runs;
    for (std::size_t index : group.runs) runs.push_back(comparison.runs[index].report);
    tables.push_back(over_seeds(runs, comparison.confidence));
  }
  return tables;
}

std::vector<NamedTable> seed_tables(const Comparison& comparison) {
  const Rows rows = rows_of_seeds(comparison);
  return {
      {"groups", "Named events over seeds",
       "Intervals are over seeds. Intervals over examples within a run are not used here.",
       event_table(rows, ReportedKind::kNamed)},
      {"rises", "Rises over seeds",
       "One criterion for all series: the step at which each has risen by 25, 50 and 75 % of the "
       "way from its first value to its last ones in the same run.",
       event_table(rows, ReportedKind::kRise)},
      {"order", "Order of events over seeds",
       "Pairs of series, both at the same share of their rise. There is no correction for the "
       "number of pairs.",
       order_table(rows)},
      {"change_points", "Change points over seeds",
       "The step at which each series breaks. If a smooth curve describes a seed's series, that "
       "seed has no transition. This is not a late break, so there is no number over seeds then.",
       event_table(rows, ReportedKind::kChangePoint)}};
}

}  // namespace kairo
