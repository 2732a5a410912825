// The tables of a comparison, each from one source for comparison.md and CSV.
//
//   lags         every run and event: in steps, examples and summed learning rate; a run that never
//                got there has "> last step"
//   differences  lag(bz_to_a) - lag(az_to_b), for each family and seed
//   groups       each event over a group's seeds: each, t interval, range with its exact coverage
//   fits         of temperatures
// Thread rule: pure.
#pragma once

#include <string>
#include <vector>

#include "analysis/compare/comparison.h"
#include "analysis/figure.h"

namespace kairo {

struct Table {
  std::string name;   // of its CSV
  std::string title;  // in comparison.md
  std::string about;  // one sentence
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // [row][column]
};

// In the order above; those without a row are left out.
std::vector<Table> comparison_tables(const Comparison& comparison);

// A header and a line a row.
std::string table_csv(const Table& table);

// Each group's events over its seeds, in the order of comparison.groups.
std::vector<SeedsTable> groups_over_seeds(const Comparison& comparison);

constexpr int64_t kComparisonFormatVersion = 1;

// comparison.md and comparison.json (docs/file-formats.md). The same runs give the same text. A
// number that is infinite or undefined is null in JSON, a status beside it says which.
std::string comparison_markdown(const Comparison& comparison,
                                const std::vector<FigureResult>& figures);
std::string comparison_json(const Comparison& comparison, const std::vector<FigureResult>& figures);

}  // namespace kairo
