#include "analysis/compare/compared_run.h"

#include "analysis/result_paths.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "analysis/report/report_reader.h"
#include "analysis/run_config.h"
#include "analysis/run_data.h"
#include "analysis/task_analysis.h"
#include "core/base/error.h"
#include "core/config/field_printer.h"
#include "core/data/dataset_summary.h"
#include "core/store/record_means.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

const std::vector<CurveSource>& sources_of(const ComparedRun& run) {
  return analysis_of(run.task).compared.curves;
}

void read_settings(const std::string& file, ComparedRun& run) {
  RunOptions config = read_run_config(file);
  for (const auto& [path, value, role] : values_by_path(config.sections())) {
    if (role == Role::kDecides) run.settings.emplace_back(path, value);
  }
  run.seed = std::to_string(config.experiment.seed);
  run.task = config.task.name;
  const ComparedTask& compared = analysis_of(run.task).compared;
  run.variant = setting_of(run, compared.pair.key);
  const std::string number = setting_of(run, compared.number.key);
  if (!number.empty()) run.number = std::stoll(number);
  run.learning_rate = config.training.learning_rate;
  run.batch_size = config.training.batch_size;
  run.eval_examples = config.training.eval_examples;
}

Track track_of(const Metrics& metrics, const std::string& column) {
  Track track;
  const std::vector<double>& values = metrics.columns.at(column);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    track.steps.push_back(static_cast<double>(metrics.steps[i]));
    track.values.push_back(values[i]);
  }
  return track;
}

// Of all elements the one that is largest at the last record.
int64_t largest_at_end(const SeriesQuantity& quantity, std::size_t n_steps) {
  const auto last = quantity.mean.begin() + (n_steps - 1) * quantity.about.size();
  return std::max_element(last, quantity.mean.end(),
                          [](double a, double b) { return a < b || std::isnan(a); }) -
         last;
}

Track track_of(const Record& record, const SeriesQuantity& quantity, int64_t element) {
  Track track;
  track.steps.assign(record.steps.begin(), record.steps.end());
  for (std::size_t s = 0; s < record.steps.size(); ++s) {
    track.values.push_back(quantity.mean[s * quantity.about.size() + element]);
  }
  return track;
}

std::string head_name(const SeriesQuantity& quantity, int64_t element) {
  const int64_t heads = static_cast<int64_t>(quantity.about.axes[1].values.size());
  return fmt::format("layer {}, head {}, of {}", quantity.about.axes[0].values[element / heads],
                     quantity.about.axes[1].values[element % heads], quantity.about.size());
}

void add_from_record(const Record& record, const CurveSource& source, ComparedRun& run) {
  if (record.steps.empty() || !record.has(source.quantity)) return;
  const SeriesQuantity& quantity = record.quantity(source.quantity);
  if (quantity.about.axes.size() != (source.of_one_head ? 2 : 0) || quantity.about.size() == 0) {
    return;
  }
  const int64_t element = source.of_one_head ? largest_at_end(quantity, record.steps.size()) : 0;
  if (source.of_one_head) run.head = head_name(quantity, element);
  run.tracks[source.track] = track_of(record, quantity, element);
}

// The quantities of `probe` that nothing else has given.
std::vector<std::string> wanted_of(const std::string& probe, const ComparedRun& run) {
  std::vector<std::string> names;
  for (const CurveSource& source : sources_of(run)) {
    if (source.probe == probe && run.track(source.track) == nullptr) {
      names.emplace_back(source.quantity);
    }
  }
  return names;
}

void add_probe(const RunDirectory& folder, const std::string& probe, const std::string& label,
               const std::string& dataset_hash, ComparedRun& run) {
  const std::vector<std::string> wanted = wanted_of(probe, run);
  if (wanted.empty()) return;
  const std::string path = folder.record(probe, label);
  if (!fs::exists(path)) {
    run.left_out[probe] = not_run_words(probe);
    return;
  }
  const Record record = read_record_means(path, wanted);
  if (!record.left_out.empty()) {
    run.left_out[probe] = record.left_out;
    return;
  }
  if (record.key.dataset_hash != dataset_hash) {
    run.left_out[probe] = "its record of " + probe + " was made on another dataset";
    return;
  }
  for (const CurveSource& source : sources_of(run)) {
    if (source.probe == probe && run.track(source.track) == nullptr) {
      add_from_record(record, source, run);
    }
  }
}

void add_metrics(const RunDirectory& folder, ComparedRun& run) {
  if (!fs::exists(folder.metrics_file())) return;
  const Metrics metrics = read_metrics(folder.metrics_file());
  for (const CurveSource& source : sources_of(run)) {
    if (metrics.has(source.column)) run.tracks[source.track] = track_of(metrics, source.column);
  }
  if (metrics.has("examples")) run.examples = track_of(metrics, "examples");
  if (metrics.has("learning_rate")) run.summed_lr = summed_learning_rate(metrics);
}

std::string analyze_hint(const RunDirectory& folder) {
  const std::string results = folder.results_dir();
  return "run analyze --experiment " + folder.experiment() + " --output-dir " +
         folder.runs_folder() + (results.empty() ? "" : " --results-dir " + results);
}

void require_analyzed(const RunDirectory& folder, const ComparedRun& run,
                      const std::string& label) {
  const std::string hint =
      analyze_hint(folder) + (label == kDefaultLabel ? "" : " --label " + label);
  const bool has_record = std::any_of(
      sources_of(run).begin(), sources_of(run).end(),
      [&](const CurveSource& source) { return fs::exists(folder.record(source.probe, label)); });
  if (!has_record) {
    throw Error(ErrorKind::kNotFound)
        .at(run.name)
        .fact("the run has no records of label \"" + label + "\"")
        .hint(hint);
  }
  const std::string report = report_path(folder, "json", label);
  if (fs::exists(report)) return;
  throw Error(ErrorKind::kNotFound)
      .at(run.name)
      .fact("the run has no " + fs::path(report).filename().string())
      .hint(hint);
}

// The report and the curves must be of the same label.
void require_label(const RunDirectory& folder, const ReportedRun& report, const std::string& name,
                   const std::string& label) {
  for (const std::string& each : report.labels) {
    if (each == label) continue;
    throw Error(ErrorKind::kNotFound)
        .at(name)
        .fact("its report is of label \"" + each + "\", not of \"" + label + "\"")
        .hint(analyze_hint(folder) + " --figures-only --label " + label);
  }
}

double interpolated(const Track& track, double step) {
  const auto& steps = track.steps;
  const auto after = std::lower_bound(steps.begin(), steps.end(), step);
  if (after == steps.end()) return kNan;
  const std::size_t i = after - steps.begin();
  if (*after == step) return track.values[i];
  if (i == 0) return kNan;
  const double share = (step - steps[i - 1]) / (steps[i] - steps[i - 1]);
  return track.values[i - 1] + share * (track.values[i] - track.values[i - 1]);
}

// A run writes down the number that a d_vocab of 0 stood for. That number follows from the task, so
// two tasks do not differ in it; a d_vocab of one's own is a setting like any other.
void settle_vocabulary(int64_t of_task, ComparedRun& run) {
  for (auto& [path, value] : run.settings) {
    if (path == "model.d_vocab" && value == std::to_string(of_task)) value = "0";
  }
}

}  // namespace

const char* unit_name(StepUnit unit) {
  switch (unit) {
    case StepUnit::kSteps:
      return "steps";
    case StepUnit::kExamples:
      return "examples";
    case StepUnit::kSummedLr:
      break;
  }
  return "summed lr";
}

const Track* ComparedRun::track(const std::string& name) const {
  const auto found = tracks.find(name);
  return found == tracks.end() ? nullptr : &found->second;
}

std::string setting_of(const ComparedRun& run, const std::string& key) {
  for (const auto& [path, value] : run.settings) {
    if (path == key) return value;
  }
  return "";
}

const ReportedEvent* ComparedRun::event(const std::string& name) const {
  return report.event(name);
}

double ComparedRun::in_unit(double step, StepUnit unit) const {
  if (unit == StepUnit::kSteps) return step;
  return interpolated(unit == StepUnit::kExamples ? examples : summed_lr, step);
}

Track summed_learning_rate(const Metrics& metrics) {
  Track sum{{0}, {0}};
  double rate_before = 0;
  const std::vector<double>& rates = metrics.columns.at("learning_rate");
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const double step = static_cast<double>(metrics.steps[i]);
    if (std::isnan(rates[i]) || step <= sum.steps.back()) continue;
    // Updates before + 1 … step, their rates on a line from (before, rate_before) to (step, rate).
    const double updates = step - sum.steps.back();
    const double added = updates * (rate_before + rates[i]) / 2 + (rates[i] - rate_before) / 2;
    sum.values.push_back(sum.values.back() + added);
    sum.steps.push_back(step);
    rate_before = rates[i];
  }
  return sum;
}

ComparedRun load_compared_run(const RunDirectory& folder, const std::string& name,
                              const std::string& label) {
  folder.require();
  ComparedRun run;
  run.name = name;
  read_settings(folder.config_file(), run);
  require_analyzed(folder, run, label);
  run.report = read_report(report_path(folder, "json", label));
  run.report.experiment = name;
  require_label(folder, run.report, name, label);
  const DatasetSummary dataset = read_dataset_summary(folder.dataset_file());
  run.ambiguity_nats = dataset.ambiguity_nats;
  settle_vocabulary(dataset.d_vocab, run);
  for (const Floor& floor : dataset.floors) {
    if (floor.quantity == "first_target_loss") run.first_target_floor = floor.nats;
  }
  add_metrics(folder, run);
  for (const CurveSource& source : sources_of(run)) {
    if (run.left_out.count(source.probe) > 0) continue;
    add_probe(folder, source.probe, label, dataset.content_hash, run);
  }
  return run;
}

}  // namespace kairo
