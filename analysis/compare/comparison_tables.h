// The tables of a comparison, each from one source for comparison.md, comparison.html and CSV.
//
//   differences    lag(first) - lag(second) of the pair, for each family and seed
//   fits           of temperatures
//   groups         each named event over a group's seeds: each, t interval, range with its least
//                  coverage (seed_tables.cpp; the next three likewise)
//   rises          each series' 25, 50 and 75 % of its rise over seeds
//   order          each pair of these: the gap, its intervals, in how many seeds its sign holds
//   change_points  each series' break over seeds
//   lags           every run and event: in steps, examples and summed learning rate; a run that
//                  never got there has "> last step". Beside it the interval over examples within
//                  the run, which says nothing of seeds
// Thread rule: pure.
#pragma once

#include <string>
#include <vector>

#include "analysis/compare/comparison.h"
#include "analysis/report/document.h"

namespace kairo {

struct NamedTable {
  std::string name;   // its CSV is <name>_table.csv
  std::string title;  // of its section
  std::string about;
  Table table;
};

// In the order above; those without a row are left out.
std::vector<NamedTable> comparison_tables(const Comparison& comparison);

// A header and a line a row.
std::string table_csv(const Table& table);

// Each group's events and orders over its seeds, in the order of comparison.groups.
std::vector<SeedsTable> groups_over_seeds(const Comparison& comparison);

// The four tables over seeds. Rises, order and change points are of groups of two seeds or more: of
// one run its own report speaks.
std::vector<NamedTable> seed_tables(const Comparison& comparison);

// "1400, 1350 (unconfirmed), > 20000, no transition, –", in the order of the seeds.
std::string each_seed_text(const EventOverSeeds& event);

constexpr int64_t kComparisonFormatVersion = 5;

// comparison.json (docs/comparison.schema.json). The same runs give the same text. A number that is
// infinite or undefined is null, a status beside it says which.
std::string comparison_json(const Comparison& comparison, const std::vector<FigureResult>& figures);

}  // namespace kairo
