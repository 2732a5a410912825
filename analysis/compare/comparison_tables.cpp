#include "analysis/compare/comparison_tables.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>

#include "analysis/compare/lag.h"
#include "analysis/compare/temperature.h"
#include "analysis/plot/csv_field.h"

namespace kairo {
namespace {

Cell lag_cell(const Lag& lag) {
  if (!lag.is_seen()) return no_cell(lag_text(lag));
  return number_cell(
      lag_text(lag), lag.at,
      lag.status == SeedStatus::kConfirmed ? SortRank::kValue : SortRank::kUnconfirmed);
}

// Over examples within the run.
Cell own_interval_cell(const ReportedEvent* event) {
  if (event == nullptr || !event->has_interval) return no_cell();
  const std::string high =
      std::isinf(event->high) ? "beyond the last record" : fmt::format("{:.6g}", event->high);
  return number_cell(fmt::format("{:.6g} to {}", event->low, high), event->low);
}

NamedTable lag_table(const Comparison& comparison) {
  Table table;
  table.columns = {
      {"group", ""},
      {"run", ""},
      {"event", ""},
      {"status", ""},
      {"steps",
       "The event lies in (record before, step]. \"> s\": not reached by the last record, s."},
      {"interval within the run",
       "Interval of the step over examples of this one run. It says nothing about other seeds."},
      {"examples", "Examples seen up to that step."},
      {"summed lr", "Learning rate summed over all updates up to that step."}};
  for (const RunGroup& group : comparison.groups) {
    for (std::size_t index : group.runs) {
      const ComparedRun& run = comparison.runs[index];
      for (const std::string& event : lag_events(comparison)) {
        const Lag steps = lag_of(run, event, StepUnit::kSteps);
        table.rows.push_back(
            {text_cell(group.name), text_cell(run.name), text_cell(event_title(comparison, event)),
             text_cell(status_words(steps.status)), lag_cell(steps),
             own_interval_cell(run.event(event)), lag_cell(lag_of(run, event, StepUnit::kExamples)),
             lag_cell(lag_of(run, event, StepUnit::kSummedLr))});
      }
    }
  }
  return {"lags", "Lags",
          "How long each run takes to each event. Not reached: the run ended without the event. "
          "Unconfirmed: past the threshold from that step on, but the run ended before this held "
          "long enough.",
          table};
}

Cell difference_cell(const LagDifference& difference) {
  const std::string text = difference_text(difference);
  return difference.steps.is_confirmed() ? number_cell(text, difference.steps.value)
                                         : no_cell(text);
}

std::string over_seeds_text(const DifferenceRow& row, double confidence) {
  std::string text = t_interval_text(row.spread, confidence);
  if (row.spread.has_range) text += "; from the least to the largest " + range_text(row.spread);
  return text;
}

NamedTable difference_rows(const Comparison& comparison) {
  const Pair& pair = compared_task(comparison).pair;
  Table table;
  table.columns = {{"compared", "What the two runs share."},
                   {"event", ""},
                   {"seed", ""},
                   {pair.first, ""},
                   {pair.second, ""},
                   {"difference", "Between the bounds that the records of both runs allow."},
                   {"over seeds", "In the first row of the seeds that it sums up."}};
  for (const DifferenceRow& row : difference_table(comparison)) {
    for (const LagDifference& each : row.seeds) {
      const bool is_first = &each == &row.seeds.front();
      table.rows.push_back(
          {text_cell(row.family), text_cell(event_title(comparison, row.event)),
           text_cell(each.seed), lag_cell(each.first), lag_cell(each.second), difference_cell(each),
           is_first ? text_cell(over_seeds_text(row, comparison.confidence)) : text_cell("")});
    }
  }
  return {"differences", "lag(" + pair.first + ") − lag(" + pair.second + ")",
          "In steps, for two runs of one seed that differ only in " + pair.key +
              ". If one of them is unconfirmed or never reached the event, only a bound is known." +
              (pair.note.empty() ? "" : " " + pair.note),
          table};
}

Cell slope_cell(const LeastSquares& fit, const Slope& slope, double confidence) {
  if (!fit.why_not.empty()) return no_cell("none: " + fit.why_not);
  return number_cell(slope_text(slope, confidence), slope.value);
}

// Slopes are there only with a fit.
Cell slope_cell(const LeastSquares& fit, std::size_t column, double confidence) {
  return slope_cell(fit, fit.why_not.empty() ? fit.slopes[column] : Slope{}, confidence);
}

Cell r_cell(const LeastSquares& fit) {
  return fit.why_not.empty() ? number_cell(fmt::format("{:.3f}", fit.r), fit.r) : no_cell();
}

NamedTable fit_table(const Comparison& comparison) {
  Table table;
  table.columns = {
      {"event", ""},
      {"lag in", ""},
      {"cells", "Pairs of learning rate and batch size: the points of the fit."},
      {"runs", "Runs with a confirmed event. A cell is the mean over its runs."},
      {"unconfirmed", "Runs that ended before the event held long enough."},
      {"not reached", "Runs that ended without the event."},
      {"slope on log10 T", ""},
      {"r", ""},
      {"exponent of lr", ""},
      {"exponent of batch", "For a lag in examples it is 1 more than for one in steps."},
      {"sum of exponents", "0 if T alone decides the lag in steps."},
      {"r of both", ""}};
  for (const TemperatureFit& fit : temperature_fits(comparison)) {
    const double confidence = comparison.confidence;
    table.rows.push_back(
        {text_cell(event_title(comparison, fit.event)), text_cell(unit_name(fit.unit)),
         count_cell(static_cast<int64_t>(fit.on_temperature.n)),
         count_cell(static_cast<int64_t>(fit.n_runs)), count_cell(fit.n_unconfirmed),
         count_cell(fit.n_censored), slope_cell(fit.on_temperature, 0, confidence),
         r_cell(fit.on_temperature), slope_cell(fit.on_both, 0, confidence),
         slope_cell(fit.on_both, 1, confidence),
         slope_cell(fit.on_both, fit.on_both.sum, confidence), r_cell(fit.on_both)});
  }
  return {
      "fits", "Lag by temperature",
      "T = peak learning rate/batch size. Two least-squares fits over the cells: lag on log10 T, "
      "and log lag on log lr and log batch together, since lr/batch is not the noise scale of "
      "Adam. A run's lag is the middle between its records; a cell is the mean over its seeds.",
      table};
}

}  // namespace

std::vector<NamedTable> comparison_tables(const Comparison& comparison) {
  std::vector<NamedTable> all = {difference_rows(comparison), fit_table(comparison)};
  for (NamedTable& each : seed_tables(comparison)) all.push_back(std::move(each));
  all.push_back(lag_table(comparison));
  std::vector<NamedTable> tables;
  for (NamedTable& each : all) {
    if (each.table.rows.empty()) continue;
    each.table.csv = each.name + "_table.csv";
    tables.push_back(std::move(each));
  }
  return tables;
}

std::string table_csv(const Table& table) {
  std::string csv;
  for (const Column& column : table.columns) {
    csv += (&column == &table.columns.front() ? "" : ",") + csv_field(column.title);
  }
  csv += "\n";
  for (const std::vector<Cell>& row : table.rows) {
    for (const Cell& cell : row) csv += (&cell == &row.front() ? "" : ",") + csv_field(cell.text);
    csv += "\n";
  }
  return csv;
}

}  // namespace kairo
