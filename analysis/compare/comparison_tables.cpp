#include "analysis/compare/comparison_tables.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/compare/lag.h"
#include "analysis/compare/temperature.h"
#include "analysis/csv_field.h"
#include "analysis/report.h"

namespace kairo {
namespace {

std::string number(double value) { return fmt::format("{:.6g}", value); }

Table lag_table(const Comparison& comparison) {
  Table table{"lags",
              "Lags",
              "The step of each event lies in (record before, step]; \"> s\": not reached by the "
              "last record, s (censored). Unconfirmed: held from there to the last record, which "
              "came too early to confirm it.",
              {"group", "run", "event", "status", "steps", "examples", "summed lr"},
              {}};
  for (const RunGroup& group : comparison.groups) {
    for (std::size_t index : group.runs) {
      const ComparedRun& run = comparison.runs[index];
      for (const std::string& event : lag_events()) {
        std::vector<std::string> row = {group.name, run.name, event_title(comparison, event),
                                        status_name(lag_of(run, event, StepUnit::kSteps).status)};
        for (StepUnit unit : kStepUnits) row.push_back(lag_text(lag_of(run, event, unit)));
        table.rows.push_back(row);
      }
    }
  }
  return table;
}

std::string over_seeds_text(const DifferenceRow& row, double confidence) {
  if (!row.has_t_interval) {
    if (row.n_censored > 0) return fmt::format("none: {} censored", row.n_censored);
    return row.n_known < 2 ? "none: fewer than two seeds" : "none";
  }
  return fmt::format(
      "mean {:.6g}, {:g} % t interval {:.6g} to {:.6g}; range {:.6g} to {:.6g}, has "
      "the median with {:g} %",
      row.mean, 100 * confidence, row.t_low, row.t_high, row.range_low, row.range_high,
      100 * row.range_coverage);
}

Table difference_rows(const Comparison& comparison) {
  Table table{"differences",
              "lag(bz_to_a) − lag(az_to_b)",
              "In steps, of runs of one seed that differ in nothing but the direction. Both lags "
              "lie between two records, so the difference lies between bounds. Where one is "
              "censored a bound alone is known.",
              {"compared", "event", "seed", "bz_to_a", "az_to_b", "difference", "over seeds"},
              {}};
  for (const DifferenceRow& row : difference_table(comparison)) {
    for (const LagDifference& each : row.seeds) {
      const bool is_first = &each == &row.seeds.front();
      table.rows.push_back({row.family, event_title(comparison, row.event), each.seed,
                            lag_text(each.bz_to_a), lag_text(each.az_to_b), difference_text(each),
                            is_first ? over_seeds_text(row, comparison.confidence) : ""});
    }
  }
  return table;
}

std::string each_seed(const EventOverSeeds& event) {
  std::string text;
  for (const ReportedEvent& seed : event.seeds) {
    text += text.empty() ? "" : ", ";
    if (!seed.left_out.empty()) {
      text += "–";
    } else if (seed.status == EventStatus::kNone) {
      text += fmt::format("> {}", seed.last_step);
    } else {
      text += std::to_string(seed.step);
      if (seed.status == EventStatus::kUnconfirmed) text += " (unconfirmed)";
    }
  }
  return text;
}

std::string t_interval_text(const EventOverSeeds& event, double confidence) {
  if (!event.has_t_interval) return "none: " + event.why_no_t;
  return fmt::format("mean {}, {:g} % {} to {}", number(event.mean), 100 * confidence,
                     number(event.t_low), number(event.t_high));
}

std::string range_text(const EventOverSeeds& event) {
  if (!event.has_range) return "none: fewer than two seeds";
  const std::string high =
      std::isinf(event.range_high) ? "beyond the last record" : number(event.range_high);
  return fmt::format("{} to {}, has the median with {:g} %", number(event.range_low), high,
                     100 * event.range_coverage);
}

Table group_table(const Comparison& comparison) {
  Table table{"groups",
              "Over seeds",
              "Each seed's step in the order of the lags' table (unconfirmed and censored ones "
              "count as beyond), Student's t interval of the mean, and the range of the seeds with "
              "the probability that it contains the median over seeds.",
              {"group", "event", "n", "confirmed", "unconfirmed", "censored", "left out", "each",
               "t interval", "range"},
              {}};
  const std::vector<SeedsTable> groups = groups_over_seeds(comparison);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const EventOverSeeds& event : groups[g].events) {
      table.rows.push_back({comparison.groups[g].name, event.title,
                            std::to_string(event.seeds.size()), std::to_string(event.n_confirmed),
                            std::to_string(event.n_unconfirmed), std::to_string(event.n_none),
                            std::to_string(event.n_left_out), each_seed(event),
                            t_interval_text(event, comparison.confidence), range_text(event)});
    }
  }
  return table;
}

std::string slope_cell(const LeastSquares& fit, std::size_t column, double confidence) {
  if (!fit.why_not.empty()) return "none: " + fit.why_not;
  return slope_text(fit.slopes[column], confidence);
}

Table fit_table(const Comparison& comparison) {
  Table table{"fits",
              "Lag by temperature",
              "T = peak learning rate/batch size. Least squares over runs: lag on log10 T, and log "
              "lag on log lr and log batch together, since lr/batch is not Adam's noise scale.",
              {"event", "lag in", "n", "unconfirmed", "censored", "slope on log10 T", "r",
               "exponent of lr", "exponent of batch", "r of both"},
              {}};
  for (const TemperatureFit& fit : temperature_fits(comparison)) {
    const double confidence = comparison.confidence;
    const auto r = [](const LeastSquares& of) {
      return of.why_not.empty() ? fmt::format("{:.3f}", of.r) : "";
    };
    table.rows.push_back({event_title(comparison, fit.event), unit_name(fit.unit),
                          std::to_string(fit.on_temperature.n), std::to_string(fit.n_unconfirmed),
                          std::to_string(fit.n_censored),
                          slope_cell(fit.on_temperature, 0, confidence), r(fit.on_temperature),
                          slope_cell(fit.on_both, 0, confidence),
                          slope_cell(fit.on_both, 1, confidence), r(fit.on_both)});
  }
  return table;
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& each : cells) text += " " + markdown_escape(each) + " |";
  return text + "\n";
}

std::string markdown_table(const Table& table) {
  std::string text = "\n## " + markdown_escape(table.title) + "\n\n" +
                     markdown_escape(table.about) + "\n\n" + markdown_row(table.columns) + "|";
  for (std::size_t i = 0; i < table.columns.size(); ++i) text += "---|";
  text += "\n";
  for (const auto& row : table.rows) text += markdown_row(row);
  return text;
}

}  // namespace

std::vector<SeedsTable> groups_over_seeds(const Comparison& comparison) {
  std::vector<SeedsTable> tables;
  for (const RunGroup& group : comparison.groups) {
    std::vector<ReportedRun> runs;
    for (std::size_t index : group.runs) {
      const ReportedRun& report = comparison.runs[index].report;
      ReportedRun run{report.experiment, {}, {}};
      for (const std::string& name : lag_events()) {
        const ReportedEvent* event = comparison.runs[index].event(name);
        if (event != nullptr) run.events.push_back(*event);
      }
      runs.push_back(std::move(run));
    }
    tables.push_back(over_seeds(runs, comparison.confidence));
  }
  return tables;
}

std::vector<Table> comparison_tables(const Comparison& comparison) {
  std::vector<Table> tables;
  for (Table table : {lag_table(comparison), difference_rows(comparison), group_table(comparison),
                      fit_table(comparison)}) {
    if (!table.rows.empty()) tables.push_back(std::move(table));
  }
  return tables;
}

std::string table_csv(const Table& table) {
  std::string csv;
  const auto add = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) csv += (i > 0 ? "," : "") + csv_field(cells[i]);
    csv += "\n";
  };
  add(table.columns);
  for (const auto& row : table.rows) add(row);
  return csv;
}

std::string comparison_markdown(const Comparison& comparison,
                                const std::vector<FigureResult>& figures) {
  std::string text = "# " + markdown_escape(comparison.name) + "\n\n";
  text += fmt::format("{} runs in {} groups; runs of one group differ in their seed alone.\n",
                      comparison.runs.size(), comparison.groups.size());
  for (const auto& [name, why] : comparison.left_out) {
    text += "\n- " + markdown_escape(name) + " is left out: " + markdown_escape(why) + "\n";
  }
  text += "\n## Figures\n\n";
  for (const FigureResult& each : figures) {
    text += each.left_out.empty()
                ? fmt::format("- [{0}]({0}.png): {1}\n", each.name, markdown_escape(each.caption))
                : fmt::format("- {}: left out, {}\n", each.name, markdown_escape(each.left_out));
  }
  for (const Table& table : comparison_tables(comparison)) text += markdown_table(table);
  return text;
}

}  // namespace kairo
