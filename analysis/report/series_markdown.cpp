#include <spdlog/fmt/fmt.h>

#include <cmath>

#include "analysis/report.h"
#include "analysis/report/sections.h"

namespace kairo {
namespace {

std::string esc(const std::string& text) { return markdown_escape(text); }

std::string bound(double value) {
  if (std::isinf(value)) return value > 0 ? "∞" : "−∞";
  return fmt::format("{:.0f}", value);
}

std::string interval(double low, double high) { return bound(low) + " to " + bound(high); }

// "2150 (2100 to 2200)", "unconfirmed from 4900", "none".
std::string time_cell(const Rise& rise, std::size_t i) {
  const Crossing& crossing = rise.crossings[i];
  if (crossing.status == EventStatus::kNone) return "none";
  std::string cell = crossing.status == EventStatus::kUnconfirmed ? "unconfirmed from " : "";
  cell += std::to_string(crossing.step);
  if (rise.intervals.empty()) return cell;
  return cell + " (" + interval(rise.intervals[i].low, rise.intervals[i].high) + ")";
}

std::string choice_cell(const Choice& choice) {
  if (choice.searched.empty()) return "–";
  return fmt::format("{} ({})", choice.n_searched, esc(choice.searched));
}

std::string rise_table(const Findings& findings) {
  std::string text =
      "| series | from – to | 25 % | 50 % | 75 % | searched | n | definition |\n"
      "|---|---|---|---|---|---|---|---|\n";
  for (const SeriesFinding& f : findings.series) {
    if (!f.series.bounded || !f.series.left_out.empty()) continue;
    text += fmt::format("| {} | {:.3g} – {:.3g} | {} | {} | {} | {} | {} | {} |\n",
                        esc(f.series.title), f.rise.levels.start, f.rise.levels.end,
                        time_cell(f.rise, 0), time_cell(f.rise, 1), time_cell(f.rise, 2),
                        choice_cell(f.series.choice), f.n_examples, esc(f.series.definition));
  }
  return text;
}

std::string gap_cell(const OrderAtShare& at) {
  if (at.sign == OrderSign::kMissing) return "–";
  const std::string gap = fmt::format("{:+.0f}", at.gap);
  return at.has_interval ? gap + " (" + interval(at.low, at.high) + ")" : gap;
}

std::string verdict(const Findings& findings, const Order& order) {
  const std::string first = esc(findings.series[order.first].series.title);
  const std::string second = esc(findings.series[order.second].series.title);
  switch (order.robust()) {
    case OrderSign::kFirstEarlier:
      return "**robust**: " + first + " first";
    case OrderSign::kSecondEarlier:
      return "**robust**: " + second + " first";
    case OrderSign::kUnresolved:
      return "not robust";
    case OrderSign::kMissing:
      break;
  }
  return "one did not rise so far";
}

std::string pairs_table(const Findings& findings) {
  std::string text =
      "| first | second | gap at 25 % | gap at 50 % | gap at 75 % | order |\n"
      "|---|---|---|---|---|---|\n";
  for (const Order& order : findings.orders) {
    text += fmt::format("| {} | {} | {} | {} | {} | {} |\n",
                        esc(findings.series[order.first].series.title),
                        esc(findings.series[order.second].series.title), gap_cell(order.at[0]),
                        gap_cell(order.at[1]), gap_cell(order.at[2]), verdict(findings, order));
  }
  return text;
}

std::string width_cell(const Sharpness& sharpness) {
  if (!sharpness.fit.why_not.empty()) return "no fit: " + esc(sharpness.fit.why_not);
  const std::string width =
      fmt::format("{}{:.0f}", sharpness.is_resolved ? "" : "at most ", sharpness.width);
  if (!sharpness.has_interval) return width;
  return width + " (" + interval(sharpness.low, sharpness.high) + ")";
}

std::string change_cell(const ChangePoint& point) {
  if (!point.left_out.empty()) return "left out: " + esc(point.left_out);
  if (!point.is_found) {
    return fmt::format("no transition: described by {} (BIC gain of a break {:.1f})",
                       point.smooth_model, point.gain);
  }
  return fmt::format("{} in ({}, {}\\], set {} to {}: {} (BIC gain {:.1f})", point.step,
                     point.after, point.step, point.low, point.high, point.break_model, point.gain);
}

}  // namespace

std::string order_markdown(const Findings& findings) {
  std::string text = "\n## Order of events\n\n";
  if (findings.orders.empty()) return text + "Fewer than two series to put in order.\n";
  text += fmt::format(
      "The step at which each bounded series has risen by 25, 50 and 75 % of the way from its "
      "first "
      "value to its last ones, with its interval over examples within this run. {} heads and sites "
      "were searched: one half of the examples chose the strongest, the other half timed it.\n\n",
      n_searched(findings));
  text += rise_table(findings);
  text += fmt::format(
      "\nGap: steps from the first to the second, each at the same share of its rise, with the "
      "paired interval over examples within this run. An order is robust if all three intervals "
      "exclude 0 on the same side; the {} pairs are not corrected for their number.\n\n",
      findings.orders.size());
  return text + pairs_table(findings);
}

std::string shapes_markdown(const Findings& findings) {
  std::string text =
      "\n## Sharpness and change points\n\nWidth: steps in which a fitted logistic goes from 10 to "
      "90 %, with its interval over examples within this run; \"no fit\" where a logistic does not "
      "describe the series. Change point: a break against smooth curves by BIC, with the set of "
      "steps at which this one curve may have broken, neither over examples nor over seeds.\n\n"
      "| series | 10–90 % width, steps | change point | n |\n|---|---|---|---|\n";
  for (const SeriesFinding& f : findings.series) {
    if (!f.series.left_out.empty()) {
      text += fmt::format("| {} | left out: {} | – | 0 |\n", esc(f.series.title),
                          esc(f.series.left_out));
      continue;
    }
    text += fmt::format("| {} | {} | {} | {} |\n", esc(f.series.title), width_cell(f.sharpness),
                        change_cell(f.change_point), f.n_examples);
  }
  return text;
}

}  // namespace kairo
