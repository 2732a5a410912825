#include <cmath>

#include "analysis/report/json_parts.h"
#include "analysis/step_words.h"

namespace kairo {
namespace {

using Json = nlohmann::ordered_json;

// {"low", "high"}; a bound that is infinite is null: nothing bounds that side.
Json bounds_json(double low, double high) {
  return {{"low", finite_or_null(low)}, {"high", finite_or_null(high)}};
}

Json rise_time_json(const Rise& rise, std::size_t i) {
  const Crossing& crossing = rise.crossings[i];
  const bool happened = crossing.status != EventStatus::kNone;
  const bool has_interval = happened && !rise.intervals.empty();
  const double level = rise.levels.start + kRiseShares[i] * (rise.levels.end - rise.levels.start);
  return {{"share", kRiseShares[i]},
          {"level", level},
          {"status", status_name(crossing.status)},
          {"after", crossing.after < 0 ? Json(nullptr) : Json(crossing.after)},
          {"step", happened ? Json(crossing.step) : Json(nullptr)},
          {"interval", has_interval ? bounds_json(rise.intervals[i].low, rise.intervals[i].high)
                                    : Json(nullptr)},
          {"share_never",
           rise.intervals.empty() ? Json(nullptr) : Json(rise.intervals[i].share_never)}};
}

Json rise_json(const SeriesFinding& finding) {
  if (!finding.series.bounded || !finding.series.left_out.empty()) return nullptr;
  Json times = Json::array();
  for (std::size_t i = 0; i < kRiseShares.size(); ++i) {
    times.push_back(rise_time_json(finding.rise, i));
  }
  return {{"start", finite_or_null(finding.rise.levels.start)},
          {"end", finite_or_null(finding.rise.levels.end)},
          {"still_rising", finding.rise.still_rises},
          {"least_rise", finding.rise.rule.least_rise},
          {"spacing", finding.rise.rule.hold.spacing},
          {"hold_spacings", finding.rise.rule.hold.hold_spacings},
          {"times", times}};
}

Json sharpness_json(const Sharpness& sharpness) {
  const LogisticFit& fit = sharpness.fit;
  if (!fit.why_not.empty()) return {{"status", "no_fit"}, {"reason", fit.why_not}};
  return {{"status", sharpness.is_resolved ? "fitted" : "unresolved"},
          {"width", sharpness.width},
          {"centre", fit.centre},
          {"low_plateau", fit.height > 0 ? fit.low : fit.low + fit.height},
          {"high_plateau", fit.height > 0 ? fit.low + fit.height : fit.low},
          {"residual", fit.residual},
          {"interval",
           sharpness.has_interval ? bounds_json(sharpness.low, sharpness.high) : Json(nullptr)},
          {"share_no_fit", sharpness.share_no_fit}};
}

const char* verdict_name(ChangeVerdict verdict) {
  switch (verdict) {
    case ChangeVerdict::kBreak:
      return "found";
    case ChangeVerdict::kGradual:
      return "gradual";
    case ChangeVerdict::kNone:
      break;
  }
  return "no_transition";
}

Json change_point_json(const ChangePoint& point, double confidence) {
  if (!point.left_out.empty()) return {{"status", "left_out"}, {"reason", point.left_out}};
  Json json = {{"status", verdict_name(point.verdict)},
               {"bic_gain", point.gain},
               {"smooth_model", point.smooth_model},
               {"break_model", point.break_model},
               {"phi", point.phi},
               {"n_records", point.n_records}};
  if (point.verdict == ChangeVerdict::kNone) return json;
  json["width"] = point.width;
  json["after"] = point.after;
  json["step"] = point.step;
  json["profile_set"] =
      bounds_json(static_cast<double>(point.low), static_cast<double>(point.high));
  json["profile_set"]["confidence"] = confidence;
  json["profile_set"]["kind"] = kProfileSetKind;
  return json;
}

Json order_at_json(const OrderAtShare& at, double share) {
  return {{"share", share},
          {"earlier", order_sign_name(at.sign)},
          {"gap", finite_or_null(at.gap)},
          {"interval", at.has_interval ? bounds_json(at.low, at.high) : Json(nullptr)}};
}

}  // namespace

Json finite_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json steps_json(const std::vector<int64_t>& steps) {
  Json ranges = Json::array();
  for (const StepStretch& each : step_stretches(steps)) {
    ranges.push_back({{"first", each.first}, {"last", each.last}, {"every", each.every}});
  }
  const bool any = !steps.empty();
  return {{"count", steps.size()},
          {"first", any ? Json(steps.front()) : Json(nullptr)},
          {"last", any ? Json(steps.back()) : Json(nullptr)},
          {"ranges", ranges}};
}

Json series_json(const Findings& findings, double confidence) {
  Json all = Json::array();
  for (const SeriesFinding& finding : findings.series) {
    const TimedSeries& series = finding.series;
    const bool computed = series.left_out.empty();
    const bool searched = computed && !series.choice.searched.empty();
    all.push_back({{"name", series.name},
                   {"title", series.title},
                   {"definition", series.definition},
                   {"source", series.source},
                   {"units", series.units},
                   {"bounded", series.bounded},
                   {"n_examples", finding.n_examples},
                   {"n_steps", computed ? series.steps().size() : 0},
                   {"first_step", computed ? Json(finding.first_step) : Json(nullptr)},
                   {"last_step", computed ? Json(finding.last_step) : Json(nullptr)},
                   {"steps", steps_json(computed ? series.steps() : std::vector<int64_t>{})},
                   {"n_searched", searched ? Json(series.choice.n_searched) : Json(nullptr)},
                   {"searched", searched ? Json(series.choice.searched) : Json(nullptr)},
                   {"chosen", searched ? Json(series.choice.chosen) : Json(nullptr)},
                   {"rise", rise_json(finding)},
                   {"sharpness", computed ? sharpness_json(finding.sharpness) : Json(nullptr)},
                   {"change_point",
                    computed ? change_point_json(finding.change_point, confidence) : Json(nullptr)},
                   {"left_out", computed ? Json(nullptr) : Json(series.left_out)}});
  }
  return all;
}

Json order_json(const Findings& findings) {
  Json pairs = Json::array();
  for (const Order& order : findings.orders) {
    Json at = Json::array();
    for (std::size_t i = 0; i < kRiseShares.size(); ++i) {
      at.push_back(order_at_json(order.at[i], kRiseShares[i]));
    }
    pairs.push_back({{"first", findings.series[order.first].series.name},
                     {"second", findings.series[order.second].series.name},
                     {"robust", order_sign_name(order.robust())},
                     {"paired", order.paired},
                     {"at", at}});
  }
  return {{"n_searched", n_searched(findings)}, {"method", kBootstrapMethod}, {"pairs", pairs}};
}

}  // namespace kairo
