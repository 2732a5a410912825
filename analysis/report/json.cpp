#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/final_values.h"
#include "analysis/report/json_parts.h"
#include "analysis/report/report.h"
#include "analysis/series.h"
#include "core/base/sha256.h"
#include "core/config/field_printer.h"
#include "core/files/atomic_file.h"

namespace kairo {
namespace {

using Json = nlohmann::ordered_json;

Json step_or_null(int64_t step) { return step < 0 ? Json(nullptr) : Json(step); }

Json dataset_json(const RunData& run) {
  Json floors = Json::array();
  for (const Floor& floor : run.floors) {
    floors.push_back({{"name", floor.name},
                      {"quantity", floor.quantity},
                      {"nats", finite_or_null(floor.nats)},
                      {"definition", floor.definition}});
  }
  Json spans = Json::object();
  for (const auto& [name, span] : run.spans) spans[name] = {span.begin, span.end};
  return {{"task", run.task},
          {"n_examples", run.n_examples},
          {"hash", run.dataset_hash},
          {"ambiguity_nats", run.ambiguity_nats},
          {"positions", run.position_names},
          {"spans", spans},
          {"floors", floors}};
}

// Of a probe's settings; dump() calls itself for each.
constexpr int kMostLevels = 32;

// The probe's settings as JSON where they are JSON, else as their text.
Json settings_json(const std::string& settings) {
  const auto is_kept = [](int depth, Json::parse_event_t, Json&) { return depth < kMostLevels; };
  Json parsed = Json::parse(settings, is_kept, /*allow_exceptions=*/false);
  return parsed.is_discarded() ? Json(settings) : parsed;
}

Json quantities_json(const Record& record) {
  Json quantities = Json::array();
  for (const SeriesQuantity& q : record.quantities) {
    Json axes = Json::array();
    for (const Axis& axis : q.about.axes) {
      axes.push_back({{"name", axis.name}, {"length", axis.values.size()}});
    }
    quantities.push_back({{"name", q.about.name},
                          {"definition", q.about.definition},
                          {"units", q.about.units},
                          {"axes", axes}});
  }
  return quantities;
}

// One for all checkpoints of a record: what it measured is told by it from any other.
Json checkpoints_hash(const Record& record) {
  if (record.checkpoint_hashes.empty()) return nullptr;
  Sha256 hash;
  for (const std::string& each : record.checkpoint_hashes) hash.add(each);
  return hash.hex();
}

// The record that an event's series is of; null where the run lacks it.
const Record* record_of(const RunData& run, const Event& event) {
  return run.record(probe_of(event.series));
}

Json records_json(const RunData& run) {
  Json records = Json::array();
  for (const auto& [probe, record] : run.records) {
    records.push_back({{"probe", probe},
                       {"label", record.key.label},
                       {"n_examples", record.key.n_examples},
                       {"seed", record.key.seed},
                       {"settings", settings_json(record.key.settings)},
                       {"code_version", record.key.code_version},
                       {"dataset_hash", record.key.dataset_hash},
                       {"kernels", record.kernels_used()},
                       {"steps", steps_json(record.steps)},
                       {"checkpoints_hash", checkpoints_hash(record)},
                       {"quantities", quantities_json(record)},
                       {"notes", record.notes}});
  }
  return records;
}

Json left_out_json(const RunData& run) {
  Json left_out = Json::array();
  for (const auto& [probe, reason] : run.left_out) {
    left_out.push_back({{"probe", probe}, {"reason", reason}});
  }
  return left_out;
}

// What every interval of the report is, those of rises, gaps and widths too.
Json uncertainty_json(const TransitionsOptions& options) {
  return {{"method", kBootstrapMethod},
          {"confidence", options.confidence},
          {"bootstrap_samples", options.bootstrap_samples},
          {"seed", options.seed}};
}

// As text, so that two reports made with the same options have the same.
Json options_json(TransitionsOptions options) {
  Json texts = Json::object();
  for (const auto& [path, value, role] : values_by_path({{"transitions", &options}}))
    texts[path] = value;
  return texts;
}

Json interval_json(const Transition& t, int64_t seed) {
  if (!t.has_interval) return nullptr;
  return {{"low", t.low},
          {"high", finite_or_null(t.high)},
          {"high_status", std::isinf(t.high) ? "beyond_last_record" : "finite"},
          {"confidence", t.confidence},
          {"method", kBootstrapMethod},
          {"seed", seed}};
}

Json transition_json(const RunData& run, const Transition& t) {
  const Event& event = t.event;
  const bool computed = t.left_out.empty();
  const Record* record = computed ? record_of(run, event) : nullptr;
  const bool resampled = t.bootstrap_samples > 0;
  return {{"name", event.name},
          {"title", event.title},
          {"definition", event.definition},
          {"series", event.series},
          {"units", event.units},
          {"side", event.side == Side::kAbove ? "above" : "below"},
          {"threshold", event.threshold},
          {"relative_to_first", event.relative_to_first},
          {"threshold_value", computed ? finite_or_null(t.threshold_value) : Json(nullptr)},
          {"status", status_name(t)},
          {"after", step_or_null(t.crossing.after)},
          {"step", step_or_null(t.crossing.step)},
          {"interval", interval_json(t, run.transitions.seed)},
          {"bootstrap_samples", t.bootstrap_samples},
          {"share_never", resampled ? Json(t.share_never) : Json(nullptr)},
          {"n_examples", t.n_examples},
          {"n_steps", t.n_steps},
          {"first_step", computed ? Json(t.first_step) : Json(nullptr)},
          {"last_step", computed ? Json(t.last_step) : Json(nullptr)},
          {"steps", steps_json(record != nullptr ? record->steps : std::vector<int64_t>{})},
          {"spacing", t.spacing},
          {"hold_spacings", t.hold_spacings},
          {"left_out", computed ? Json(nullptr) : Json(t.left_out)}};
}

Json final_values_json(const RunData& run) {
  Json values = Json::array();
  for (const FinalValue& v : final_values(run)) {
    values.push_back({{"series", v.series},
                      {"definition", v.definition},
                      {"units", v.units},
                      {"step", v.step},
                      {"mean", finite_or_null(v.mean)},
                      {"standard_error", finite_or_null(v.standard_error)},
                      {"status", std::isfinite(v.mean) ? "defined" : "undefined"},
                      {"n_examples", v.n_examples}});
  }
  return values;
}

Json figures_json(const std::vector<FigureResult>& figures) {
  Json result = Json::array();
  for (const FigureResult& figure : figures) {
    const bool drawn = figure.left_out.empty();
    result.push_back({{"name", figure.name},
                      {"file", drawn ? Json(figure.path() + ".png") : Json(nullptr)},
                      {"caption", figure.caption},
                      {"left_out", drawn ? Json(nullptr) : Json(figure.left_out)}});
  }
  return result;
}

}  // namespace

std::string report_json(const RunData& run, const Findings& findings,
                        const std::vector<FigureResult>& figures) {
  Json report;
  report["report_version"] = kReportVersion;
  report["experiment"] = run.experiment;
  report["run"] = run_facts_json(run.facts);
  report["dataset"] = dataset_json(run);
  report["steps"] = steps_json(recorded_steps(run));
  report["checkpoint_spacing"] = run.checkpoint_spacing;
  report["uncertainty"] = uncertainty_json(run.transitions);
  report["options"] = options_json(run.transitions);
  report["transitions"] = Json::array();
  for (const Transition& t : findings.transitions) {
    report["transitions"].push_back(transition_json(run, t));
  }
  report["series"] = series_json(findings, run.transitions.confidence);
  report["order"] = order_json(findings);
  report["final_values"] = final_values_json(run);
  report["records"] = records_json(run);
  report["left_out"] = left_out_json(run);
  report["figures"] = figures_json(figures);
  // Text that is not UTF-8 is replaced, so that a report is always valid JSON.
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace kairo
