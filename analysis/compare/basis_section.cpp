#include "analysis/compare/basis_section.h"

#include <spdlog/fmt/fmt.h>

#include <map>
#include <tuple>

namespace kairo {
namespace {

// Of more runs than these a row says how many they are.
constexpr std::size_t kMostNames = 5;

// Runs of one basis, by what the basis is: title, definition, examples, D, checkpoints.
using Basis = std::tuple<std::string, std::string, int64_t, int64_t, std::string>;

struct BasisRows {
  std::vector<Basis> order;  // as first met
  std::map<Basis, std::vector<std::string>> runs;
};

BasisRows rows_of(const Comparison& comparison) {
  BasisRows rows;
  for (const ComparedRun& run : comparison.runs) {
    for (const ReportedBasis& each : run.report.basis) {
      const Basis basis{each.title, each.definition, each.n_examples, run.report.spacing,
                        each.checkpoints};
      std::vector<std::string>& runs = rows.runs[basis];
      if (runs.empty()) rows.order.push_back(basis);
      runs.push_back(run.name);
    }
  }
  return rows;
}

std::string runs_text(const std::vector<std::string>& runs, std::size_t n_all) {
  if (runs.size() == n_all && n_all > 1) return fmt::format("all {}", n_all);
  if (runs.size() > kMostNames) return fmt::format("{} of {}", runs.size(), n_all);
  std::string text;
  for (const std::string& each : runs) text += (text.empty() ? "" : ", ") + each;
  return text;
}

std::vector<Column> columns() {
  return {{"event or series", ""},
          {"runs", "Whose numbers stand on this row."},
          {"n", "Examples behind the value at every checkpoint of a run."},
          {"D", "Spacing of the checkpoints before any refinement, steps."},
          {"checkpoints", "How many of a run were measured, and which."},
          {"definition", ""}};
}

}  // namespace

Section basis_section(const Comparison& comparison) {
  const BasisRows rows = rows_of(comparison);
  Table table;
  table.columns = columns();
  for (const Basis& basis : rows.order) {
    const auto& [title, definition, n_examples, spacing, checkpoints] = basis;
    const std::vector<std::string>& runs = rows.runs.at(basis);
    table.rows.push_back(
        {text_cell(title),
         number_cell(runs_text(runs, comparison.runs.size()), static_cast<double>(runs.size())),
         count_cell(n_examples), count_cell(spacing), text_cell(checkpoints),
         text_cell(definition)});
  }
  if (table.rows.empty()) return {};
  return {"Definitions, examples and checkpoints",
          {Paragraph{"What stands behind the numbers above, by the runs' own reports. An interval "
                     "within a run is over these n examples, one over seeds over the runs of a "
                     "group; no event is known better than the distance of two checkpoints."},
           table}};
}

}  // namespace kairo
