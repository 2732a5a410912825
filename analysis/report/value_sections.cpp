#include <spdlog/fmt/fmt.h>

#include <cmath>

#include "analysis/final_values.h"
#include "analysis/report/sections.h"

namespace kairo {
namespace {

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.4g}", value) : "undefined";
}

std::string with_error(const FinalValue& v) {
  std::string text = number(v.mean);
  if (std::isfinite(v.standard_error)) text += fmt::format(" ± {:.2g}", v.standard_error);
  return text;
}

}  // namespace

Section last_values_section(const RunData& run) {
  Table table;
  table.columns = {{"quantity", "PROBE/QUANTITY, as in the records."},
                   {"step", "The last checkpoint that was measured."},
                   {"mean ± standard error",
                    "Over examples within this run. The mean ± 2 standard errors is about a 95 % "
                    "interval, unless all examples are equal (± 0)."},
                   {"units", "1: a number without a unit."},
                   {"n", "Examples behind the mean."},
                   {"definition", ""}};
  for (const FinalValue& v : final_values(run)) {
    table.rows.push_back({text_cell(v.series), count_cell(v.step),
                          number_cell(with_error(v), v.mean), text_cell(v.units),
                          count_cell(v.n_examples), text_cell(v.definition)});
  }
  return {"Last values", {table}};
}

Section floors_section(const RunData& run) {
  if (run.floors.empty()) return {};
  Table table;
  table.columns = {{"floor", "The condition under which it holds."},
                   {"of", "The quantity that cannot go below it."},
                   {"nats", "Computed exactly from the data, so it has no interval."},
                   {"definition", ""}};
  for (const Floor& floor : run.floors) {
    table.rows.push_back({text_cell(floor.name), text_cell(floor.quantity),
                          number_cell(number(floor.nats), floor.nats),
                          text_cell(floor.definition)});
  }
  const std::string about = fmt::format(
      "The best loss that is possible without some part of the input, computed exactly from the "
      "{} examples of the dataset.",
      run.n_examples);
  return {"Floors", {Paragraph{about}, table}};
}

}  // namespace kairo
