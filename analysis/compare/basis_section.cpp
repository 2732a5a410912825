#include "analysis/compare/basis_section.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "analysis/compare/comparison_document.h"

namespace kairo {
namespace {

// Of more runs than these a row says how many they are.
constexpr std::size_t kMostNames = 5;

// By what the basis is: title, definition, examples, D, checkpoints.
using Basis = std::tuple<std::string, std::string, int64_t, int64_t, std::string>;

struct RunsOfBasis {
  std::vector<std::string> names;
  int64_t least = 0, most = 0;  // checkpoints
};

struct BasisRows {
  std::vector<Basis> order;  // as first met
  std::map<Basis, RunsOfBasis> runs;
};

enum class Checkpoints { kEach, kCounted };

BasisRows rows_of(const Comparison& comparison, Checkpoints checkpoints) {
  BasisRows rows;
  for (const ComparedRun& run : comparison.runs) {
    for (const ReportedBasis& each : run.report.basis) {
      const Basis basis{each.title, each.definition, each.n_examples, run.report.spacing,
                        checkpoints == Checkpoints::kEach ? each.checkpoints : ""};
      const auto [found, is_new] = rows.runs.try_emplace(basis);
      RunsOfBasis& runs = found->second;
      if (is_new) rows.order.push_back(basis);
      runs.least = is_new ? each.n_checkpoints : std::min(runs.least, each.n_checkpoints);
      runs.most = std::max(runs.most, each.n_checkpoints);
      runs.names.push_back(run.name);
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
          {"runs", "The runs that this row is about."},
          {"n", "Examples behind the value at every checkpoint of a run."},
          {"D", "Spacing of the checkpoints before any refinement, in steps."},
          {"checkpoints", "How many checkpoints of a run were measured, and which."},
          {"definition", ""}};
}

Table table_of(const BasisRows& rows, std::size_t n_all) {
  Table table;
  table.columns = columns();
  for (const Basis& basis : rows.order) {
    const auto& [title, definition, n_examples, spacing, checkpoints] = basis;
    const RunsOfBasis& runs = rows.runs.at(basis);
    const std::string counted = fmt::format("{} to {} per run", runs.least, runs.most);
    table.rows.push_back(
        {text_cell(title),
         number_cell(runs_text(runs.names, n_all), static_cast<double>(runs.names.size())),
         count_cell(n_examples), count_cell(spacing),
         text_cell(checkpoints.empty() ? counted : checkpoints), text_cell(definition)});
  }
  return table;
}

}  // namespace

Section basis_section(const Comparison& comparison) {
  BasisRows rows = rows_of(comparison, Checkpoints::kEach);
  if (rows.order.size() > kMostShownRows) rows = rows_of(comparison, Checkpoints::kCounted);
  if (rows.order.empty()) return {};
  return {
      "Definitions, examples and checkpoints",
      {Paragraph{"What the numbers above rest on. Each run's own report says more. An interval "
                 "within a run is over these n examples; an interval over seeds is over the runs "
                 "of a group. No event is known more closely than the distance of two "
                 "checkpoints."},
       table_of(rows, comparison.runs.size())}};
}

}  // namespace kairo
