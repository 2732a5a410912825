// comparison.json. Numbers that are infinite or undefined are written as null by the library.
#include <nlohmann/json.hpp>

#include "analysis/compare/comparison_tables.h"
#include "analysis/compare/lag.h"
#include "analysis/compare/temperature.h"

namespace kairo {
namespace {

using Json = nlohmann::ordered_json;

Json lag_json(const Lag& lag) {
  Json json = {{"status", status_name(lag.status)}};
  if (lag.status == LagStatus::kLeftOut) {
    json["left_out"] = lag.left_out;
    return json;
  }
  json["after"] = lag.is_known() ? Json(lag.after) : Json(nullptr);
  json["at"] = lag.is_known() ? Json(lag.at) : Json(nullptr);
  json["last"] = lag.end;
  return json;
}

Json run_json(const Comparison& comparison, const RunGroup& group, const ComparedRun& run) {
  Json json = {{"name", run.name},
               {"group", group.name},
               {"seed", run.seed},
               {"direction", run.direction},
               {"k", run.k},
               {"learning_rate", run.learning_rate},
               {"batch_size", run.batch_size},
               {"log_k", run.log_k},
               {"first_target_floor", run.first_target_floor}};
  if (!run.head.empty()) json["attention_head"] = run.head;
  json["lags"] = Json::array();
  for (const std::string& event : lag_events()) {
    Json lag = {{"event", event}, {"title", event_title(comparison, event)}};
    for (StepUnit unit : kStepUnits) lag[unit_name(unit)] = lag_json(lag_of(run, event, unit));
    json["lags"].push_back(lag);
  }
  return json;
}

Json event_json(const EventOverSeeds& event) {
  Json json = {{"event", event.name},
               {"title", event.title},
               {"n_confirmed", event.n_confirmed},
               {"n_unconfirmed", event.n_unconfirmed},
               {"n_censored", event.n_none},
               {"n_left_out", event.n_left_out}};
  if (event.has_t_interval) {
    json["t_interval"] = {{"mean", event.mean}, {"low", event.t_low}, {"high", event.t_high}};
  } else {
    json["why_no_t_interval"] = event.why_no_t;
  }
  if (event.has_range) {
    json["range"] = {{"low", event.range_low},
                     {"high", event.range_high},
                     {"coverage_of_median", event.range_coverage}};
  }
  return json;
}

Json groups_json(const Comparison& comparison) {
  const std::vector<SeedsTable> tables = groups_over_seeds(comparison);
  Json groups = Json::array();
  for (std::size_t g = 0; g < tables.size(); ++g) {
    const RunGroup& group = comparison.groups[g];
    Json json = {{"name", group.name}, {"direction", group.direction}, {"k", group.k}};
    json["runs"] = tables[g].experiments;
    json["events"] = Json::array();
    for (const EventOverSeeds& each : tables[g].events) json["events"].push_back(event_json(each));
    groups.push_back(json);
  }
  return groups;
}

Json difference_json(const DifferenceRow& row) {
  Json json = {{"compared", row.family},       {"event", row.event},
               {"n_known", row.n_known},       {"n_censored", row.n_censored},
               {"n_left_out", row.n_left_out}, {"seeds", Json::array()}};
  for (const LagDifference& each : row.seeds) {
    Json seed = {{"seed", each.seed}, {"status", status_name(each.status)}};
    if (each.status != LagStatus::kLeftOut) {
      const bool known = each.status != LagStatus::kCensored;
      seed["value"] = known ? Json(each.value) : Json(nullptr);
      seed["low"] = each.low;
      seed["high"] = each.high;
    }
    json["seeds"].push_back(seed);
  }
  if (row.has_t_interval) {
    json["t_interval"] = {{"mean", row.mean}, {"low", row.t_low}, {"high", row.t_high}};
  }
  if (row.has_range) {
    json["range"] = {{"low", row.range_low},
                     {"high", row.range_high},
                     {"coverage_of_median", row.range_coverage}};
  }
  return json;
}

Json least_squares_json(const LeastSquares& fit, const std::vector<const char*>& names) {
  Json json = {{"n", fit.n}};
  if (!fit.why_not.empty()) {
    json["why_not"] = fit.why_not;
    return json;
  }
  json["intercept"] = fit.intercept;
  for (std::size_t i = 0; i < names.size(); ++i) {
    json[names[i]] = {
        {"value", fit.slopes[i].value}, {"low", fit.slopes[i].low}, {"high", fit.slopes[i].high}};
  }
  json["r"] = fit.r;
  return json;
}

Json fit_json(const TemperatureFit& fit) {
  return {{"event", fit.event},
          {"unit", unit_name(fit.unit)},
          {"n_unconfirmed", fit.n_unconfirmed},
          {"n_censored", fit.n_censored},
          {"lag_on_log10_temperature", least_squares_json(fit.on_temperature, {"slope"})},
          {"log_lag_on_both",
           least_squares_json(fit.on_both, {"log_learning_rate", "log_batch_size"})}};
}

}  // namespace

std::string comparison_json(const Comparison& comparison,
                            const std::vector<FigureResult>& figures) {
  Json json = {{"format", "kairoscope-comparison"},
               {"format_version", kComparisonFormatVersion},
               {"name", comparison.name},
               {"confidence", comparison.confidence},
               {"band", comparison.band == SeedBand::kRange ? "range" : "t"},
               {"differing", comparison.differing}};
  json["runs"] = Json::array();
  for (const RunGroup& group : comparison.groups) {
    for (std::size_t run : group.runs) {
      json["runs"].push_back(run_json(comparison, group, comparison.runs[run]));
    }
  }
  json["groups"] = groups_json(comparison);
  json["differences"] = Json::array();
  for (const DifferenceRow& row : difference_table(comparison)) {
    json["differences"].push_back(difference_json(row));
  }
  json["fits"] = Json::array();
  for (const TemperatureFit& fit : temperature_fits(comparison)) {
    json["fits"].push_back(fit_json(fit));
  }
  json["figures"] = Json::array();
  for (const FigureResult& each : figures) {
    Json figure = {{"name", each.name}};
    figure[each.left_out.empty() ? "caption" : "left_out"] =
        each.left_out.empty() ? each.caption : each.left_out;
    json["figures"].push_back(figure);
  }
  json["left_out"] = Json::array();
  for (const auto& [name, why] : comparison.left_out) {
    json["left_out"].push_back({{"run", name}, {"why", why}});
  }
  const auto replace = Json::error_handler_t::replace;  // a run's reason may hold any bytes
  return json.dump(2, ' ', false, replace) + "\n";
}

}  // namespace kairo
