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
  if (lag.status == SeedStatus::kLeftOut) {
    json["left_out"] = lag.left_out;
    return json;
  }
  json["after"] = lag.is_seen() ? Json(lag.after) : Json(nullptr);
  json["at"] = lag.is_seen() ? Json(lag.at) : Json(nullptr);
  json["last"] = lag.end;
  return json;
}

Json run_json(const Comparison& comparison, const RunGroup& group, const ComparedRun& run) {
  Json json = {{"name", run.name},
               {"group", group.name},
               {"seed", run.seed},
               {"variant", run.variant},
               {"number", run.number},
               {"learning_rate", run.learning_rate},
               {"batch_size", run.batch_size},
               {"ambiguity_nats", run.ambiguity_nats},
               {"first_target_floor", run.first_target_floor}};
  if (!run.head.empty()) json["attention_head"] = run.head;
  json["lags"] = Json::array();
  for (const std::string& event : lag_events(comparison)) {
    Json lag = {{"event", event}, {"title", event_title(comparison, event)}};
    for (StepUnit unit : kStepUnits) lag[unit_name(unit)] = lag_json(lag_of(run, event, unit));
    json["lags"].push_back(lag);
  }
  return json;
}

// `mean` and `low`, `high` of the t interval, and the range; or why there is none.
void add_spread(const SeedSpread& spread, Json& json) {
  if (spread.has_t_interval) {
    json["t_interval"] = {{"mean", spread.mean},
                          {"low", spread.t_low},
                          {"high", spread.t_high},
                          {"cut_at_0", spread.is_cut}};
  } else {
    json["why_no_t_interval"] = spread.why_no_t;
  }
  if (spread.has_range) {
    json["range"] = {{"low", spread.range_low},
                     {"high", spread.range_high},
                     {"least_coverage_of_median", spread.range_coverage}};
  } else {
    json["why_no_range"] = spread.why_no_range;
  }
}

Json seed_event_json(const std::string& run, const ReportedEvent& event) {
  if (event.status == SeedStatus::kLeftOut)
    return {{"run", run}, {"status", "left_out"}, {"left_out", event.left_out}};
  const bool happened = event.step >= 0;
  Json json = {{"run", run},
               {"status", status_name(event.status)},
               {"after", happened && event.after >= 0 ? Json(event.after) : Json(nullptr)},
               {"step", happened ? Json(event.step) : Json(nullptr)},
               {"last", event.last_step}};
  if (event.has_interval) {
    json["interval_within_run"] = {{"low", event.low}, {"high", event.high}};
  }
  return json;
}

const char* kind_name(ReportedKind kind) {
  switch (kind) {
    case ReportedKind::kNamed:
      return "named";
    case ReportedKind::kRise:
      return "rise";
    case ReportedKind::kChangePoint:
      break;
  }
  return "change_point";
}

Json event_json(const std::vector<std::string>& runs, const EventOverSeeds& event) {
  Json json = {{"event", event.name},
               {"title", event.title},
               {"kind", kind_name(event.kind)},
               {"seeds", Json::array()},
               {"n_confirmed", event.count(SeedStatus::kConfirmed)},
               {"n_unconfirmed", event.count(SeedStatus::kUnconfirmed)},
               {"n_still_rising", event.count(SeedStatus::kStillRising)},
               {"n_censored", event.count(SeedStatus::kCensored)},
               {"n_no_transition", event.count(SeedStatus::kNoTransition)},
               {"n_left_out", event.count(SeedStatus::kLeftOut)}};
  for (std::size_t i = 0; i < event.seeds.size(); ++i) {
    json["seeds"].push_back(seed_event_json(runs[i], event.seeds[i]));
  }
  add_spread(event.spread, json);
  return json;
}

Json gap_json(const GapOverSeeds& gap, double share) {
  Json json = {{"share", share},
               {"seeds", Json::array()},
               {"n_first_earlier", gap.n_first},
               {"n_second_earlier", gap.n_second},
               {"n_overlap", gap.n_overlap},
               {"n_unknown", gap.n_unknown}};
  for (const SeedValue& each : gap.seeds) {
    json["seeds"].push_back({{"status", status_name(each.status)},
                             {"gap", each.value},
                             {"low", each.low},
                             {"high", each.high}});
  }
  add_spread(gap.spread, json);
  return json;
}

Json order_json(const OrderOverSeeds& pair) {
  Json json = {{"first", pair.first},
               {"second", pair.second},
               {"n_robust_first", pair.n_robust_first},
               {"n_robust_second", pair.n_robust_second},
               {"at", Json::array()}};
  for (std::size_t i = 0; i < pair.at.size(); ++i) {
    json["at"].push_back(gap_json(pair.at[i], kRiseShares[i]));
  }
  return json;
}

Json groups_json(const Comparison& comparison) {
  const std::vector<SeedsTable> tables = groups_over_seeds(comparison);
  Json groups = Json::array();
  for (std::size_t g = 0; g < tables.size(); ++g) {
    const RunGroup& group = comparison.groups[g];
    Json json = {{"name", group.name}, {"variant", group.variant}, {"number", group.number}};
    json["runs"] = tables[g].experiments;
    json["events"] = Json::array();
    for (const EventOverSeeds& each : tables[g].events) {
      json["events"].push_back(event_json(tables[g].experiments, each));
    }
    json["orders"] = Json::array();
    for (const OrderOverSeeds& each : tables[g].orders) json["orders"].push_back(order_json(each));
    groups.push_back(json);
  }
  return groups;
}

Json difference_json(const DifferenceRow& row) {
  Json json = {{"compared", row.family},
               {"event", row.event},
               {"n_confirmed", row.count(SeedStatus::kConfirmed)},
               {"n_unconfirmed", row.count(SeedStatus::kUnconfirmed)},
               {"n_censored", row.count(SeedStatus::kCensored)},
               {"n_left_out", row.count(SeedStatus::kLeftOut)},
               {"seeds", Json::array()}};
  for (const LagDifference& each : row.seeds) {
    Json seed = {{"seed", each.seed}, {"status", status_name(each.steps.status)}};
    if (!each.steps.is_measured()) {
      seed["left_out"] = each.left_out;
    } else {
      seed["value"] = each.steps.value;
      seed["low"] = each.steps.low;
      seed["high"] = each.steps.high;
    }
    json["seeds"].push_back(seed);
  }
  add_spread(row.spread, json);
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
  if (names.size() > 1) {
    json["sum"] = {{"value", fit.sum.value}, {"low", fit.sum.low}, {"high", fit.sum.high}};
  }
  json["r"] = fit.r;
  return json;
}

Json fit_json(const TemperatureFit& fit) {
  return {{"event", fit.event},
          {"unit", unit_name(fit.unit)},
          {"n_runs", fit.n_runs},
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
               {"differing", comparison.differing},
               {"warnings", comparison.warnings}};
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
