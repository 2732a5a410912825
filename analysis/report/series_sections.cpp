#include <spdlog/fmt/fmt.h>

#include <cmath>

#include "analysis/report/sections.h"
#include "analysis/step_words.h"

namespace kairo {
namespace {

std::string bound(double value) {
  if (std::isinf(value)) return value > 0 ? "∞" : "−∞";
  return fmt::format("{:.0f}", value);
}

std::string interval(double low, double high) {
  return fmt::format(" ({} to {})", bound(low), bound(high));
}

// "2150 (2100 to 2200)", "unconfirmed from 4900", "none".
Cell time_cell(const Rise& rise, std::size_t i) {
  const Crossing& crossing = rise.crossings[i];
  if (crossing.status == EventStatus::kNone) return no_cell("none");
  const bool confirmed = crossing.status == EventStatus::kConfirmed;
  std::string text = (confirmed ? "" : "unconfirmed from ") + std::to_string(crossing.step);
  if (!rise.intervals.empty()) text += interval(rise.intervals[i].low, rise.intervals[i].high);
  if (rise.still_rises) text += ", still rising at the end";
  return number_cell(text, static_cast<double>(crossing.step),
                     confirmed && !rise.still_rises ? SortRank::kValue : SortRank::kUnconfirmed);
}

Cell searched_cell(const Choice& choice) {
  if (choice.searched.empty()) return no_cell();
  return number_cell(fmt::format("{} ({})", choice.n_searched, choice.searched),
                     static_cast<double>(choice.n_searched));
}

Cell checkpoints_cell(const SeriesFinding& finding) {
  const std::vector<int64_t>& steps = finding.series.steps();
  return number_cell(step_words(steps), static_cast<double>(steps.size()));
}

bool is_timed(const SeriesFinding& finding) {
  return finding.series.bounded && finding.series.left_out.empty();
}

std::vector<Column> rise_columns() {
  return {
      {"series", ""},
      {"from – to", "Value at the first record; mean over the last records (hold · D steps)."},
      {"25 %", "Step at which the series has risen by a quarter (interval)."},
      {"50 %", "Step at which it has risen by half (interval)."},
      {"75 %", "Step at which it has risen by three quarters (interval)."},
      {"searched", "Number of heads or sites from which one half of the examples chose this one."},
      {"n", "Examples that timed the series, at every checkpoint."},
      {"checkpoints", "How many were measured, and which."},
      {"definition", ""}};
}

Table rise_table(const Findings& findings) {
  Table table;
  table.columns = rise_columns();
  for (const SeriesFinding& f : findings.series) {
    if (!is_timed(f)) continue;
    const RiseLevels& levels = f.rise.levels;
    table.rows.push_back(
        {text_cell(f.series.title),
         number_cell(fmt::format("{:.3g} – {:.3g}", levels.start, levels.end), levels.end),
         time_cell(f.rise, 0), time_cell(f.rise, 1), time_cell(f.rise, 2),
         searched_cell(f.series.choice), count_cell(f.n_examples), checkpoints_cell(f),
         text_cell(f.series.definition)});
  }
  return table;
}

Cell gap_cell(const OrderAtShare& at) {
  if (at.sign == OrderSign::kMissing) return no_cell();
  std::string text = fmt::format("{:+.0f}", at.gap);
  if (at.has_interval) text += interval(at.low, at.high);
  return number_cell(text, at.gap);
}

Cell verdict_cell(const std::string& first, const std::string& second, OrderSign sign) {
  switch (sign) {
    case OrderSign::kFirstEarlier:
      return text_cell("robust: " + first + " first", CellLook::kStrong);
    case OrderSign::kSecondEarlier:
      return text_cell("robust: " + second + " first", CellLook::kStrong);
    case OrderSign::kUnresolved:
      return text_cell("not robust");
    case OrderSign::kMissing:
      break;
  }
  return no_cell("not known: one of them did not rise so far, is unconfirmed, or still rises");
}

// What holds for both of a pair, said once where it is the same.
std::string both(const std::string& first, const std::string& second) {
  return first == second ? first : first + " and " + second;
}

std::vector<Column> pair_columns() {
  return {{"first", ""},
          {"second", ""},
          {"gap at 25 %", "Steps from the first to the second, both at 25 % (interval)."},
          {"gap at 50 %", "The same at 50 %."},
          {"gap at 75 %", "The same at 75 %."},
          {"order",
           "Robust if all three intervals exclude 0 on the same side. An interval may begin or end "
           "at 0: its ends are not part of it."},
          {"n",
           "Examples behind the first and the second series. Paired: both use the same examples, "
           "resampled together."},
          {"checkpoints", "Measured for the first and for the second series."}};
}

Table pairs_table(const Findings& findings) {
  Table table;
  table.columns = pair_columns();
  for (const Order& order : findings.orders) {
    const SeriesFinding& first = findings.series[order.first];
    const SeriesFinding& second = findings.series[order.second];
    const std::string n = both(std::to_string(first.n_examples), std::to_string(second.n_examples));
    table.rows.push_back(
        {text_cell(first.series.title), text_cell(second.series.title), gap_cell(order.at[0]),
         gap_cell(order.at[1]), gap_cell(order.at[2]),
         verdict_cell(first.series.title, second.series.title, order.robust()),
         text_cell(n + (order.paired ? ", paired" : ", not paired")),
         text_cell(both(step_words(first.series.steps()), step_words(second.series.steps())))});
  }
  return table;
}

Cell width_cell(const Sharpness& sharpness) {
  if (!sharpness.fit.why_not.empty()) return no_cell("no fit: " + sharpness.fit.why_not);
  std::string text =
      fmt::format("{}{:.0f}", sharpness.is_resolved ? "" : "at most ", sharpness.width);
  if (sharpness.has_interval) text += interval(sharpness.low, sharpness.high);
  return number_cell(text, sharpness.width);
}

Cell change_cell(const ChangePoint& point) {
  if (!point.left_out.empty()) return no_cell("left out: " + point.left_out);
  if (point.verdict == ChangeVerdict::kNone) {
    return no_cell(
        fmt::format("no break: {} describes it as well (BIC gain of a break {:.1f}, {} records)",
                    point.smooth_model, point.gain, point.n_records));
  }
  const bool gradual = point.verdict == ChangeVerdict::kGradual;
  const std::string what =
      gradual ? fmt::format("gradual, over {:.0f} steps with the middle at ", point.width) : "";
  return number_cell(
      fmt::format("{}{} in ({}, {}]; possible {} to {}; {} (BIC gain {:.1f}, {} records)", what,
                  point.step, point.after, point.step, point.low, point.high, point.break_model,
                  point.gain, point.n_records),
      static_cast<double>(point.step));
}

std::vector<Column> shape_columns(const TransitionsOptions& options) {
  const double percent = 100 * options.confidence;
  return {
      {"series", ""},
      {"10–90 % width, steps",
       fmt::format("Width of a fitted logistic curve, with its {:g} % interval over examples "
                   "within this run. \"At most\": it is below the distance of two records. \"No "
                   "fit\": a logistic curve does not describe the series.",
                   percent)},
      {"change point",
       fmt::format("The step of a break in (record before, record], and from where to where "
                   "this one curve may have broken ({:g} %, neither over examples nor over "
                   "seeds). Found if a break lowers the BIC of the best smooth curve by {:g}.",
                   percent, options.change_point_bic)},
      {"n", "Examples behind the curve at every checkpoint."},
      {"checkpoints", "How many were measured, and which."},
      {"definition", ""}};
}

std::vector<Cell> shape_row(const SeriesFinding& f) {
  if (!f.series.left_out.empty()) {
    return {text_cell(f.series.title),
            no_cell("left out: " + f.series.left_out),
            no_cell(),
            no_cell(),
            no_cell(),
            text_cell(f.series.definition)};
  }
  return {text_cell(f.series.title), width_cell(f.sharpness), change_cell(f.change_point),
          count_cell(f.n_examples),  checkpoints_cell(f),     text_cell(f.series.definition)};
}

}  // namespace

Section order_section(const RunData& run, const Findings& findings) {
  const std::string title = "Order of events";
  if (findings.orders.empty()) {
    return {title, {Paragraph{"There are fewer than two series to put in order."}}};
  }
  const double percent = 100 * run.transitions.confidence;
  const std::string rises = fmt::format(
      "The step at which each series has risen by 25, 50 and 75 % of the way from its first value "
      "to its last ones, with its {:g} % interval over examples within this run. Of {} heads and "
      "sites, one half of the examples chose the strongest; the other half timed it.",
      percent, n_searched(findings));
  const std::string gaps = fmt::format(
      "Gap: steps from the first series to the second, both at the same share of their rise, with "
      "the paired {:g} % interval over examples within this run. An order is robust if all three "
      "intervals exclude 0 on the same side. There is no correction for testing {} pairs.",
      percent, findings.orders.size());
  return {title, {Paragraph{rises}, rise_table(findings), Paragraph{gaps}, pairs_table(findings)}};
}

Section shapes_section(const RunData& run, const Findings& findings) {
  Table table;
  table.columns = shape_columns(run.transitions);
  for (const SeriesFinding& f : findings.series) table.rows.push_back(shape_row(f));
  return {"Sharpness and change points", {table}};
}

}  // namespace kairo
