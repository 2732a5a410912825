#include "tests/analysis/compare/made_comparison.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "analysis/findings.h"
#include "analysis/report/report.h"
#include "analysis/report/report_reader.h"
#include "core/config/config_file.h"
#include "core/config/field_values.h"
#include "core/config/whole_config.h"
#include "core/data/dataset_file.h"
#include "core/data/task.h"
#include "core/files/atomic_file.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/analysis/made_curves.h"

namespace kairo::made {
namespace {

constexpr int64_t kSpacing = 100;
constexpr int64_t kWarmup = 500;
constexpr int64_t kMaxSteps = 20000;
constexpr int64_t kEpoch = 10000;  // examples

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// Each seed a little different, by nothing random.
double base_learnt(const Spec& spec, double step) {
  return sigmoid((step - 400 - 15.0 * static_cast<double>(spec.seed)) / 60);
}
double selector_learnt(const Spec& spec, double step) {
  return sigmoid((step - spec.transition) / 90);
}

bool needs_selector(const Spec& spec) {
  return spec.direction == late_disambiguation::Direction::kBzToA;
}

double first_target_loss(const Spec& spec, double step) {
  const double start = std::log(36.0), plateau = std::log(static_cast<double>(spec.k));
  if (!needs_selector(spec)) return start * (1 - selector_learnt(spec, step)) + 0.01;
  return (start - plateau) * (1 - base_learnt(spec, step)) +
         plateau * (1 - selector_learnt(spec, step)) + 0.01;
}
double z_gap(const Spec& spec, double step) {
  return needs_selector(spec) ? 5.0 * selector_learnt(spec, step) : 0;  // there z is redundant
}
double accuracy(const Spec& spec, double step) {
  const double first = std::exp(-first_target_loss(spec, step));
  return (3 * (needs_selector(spec) ? base_learnt(spec, step) : selector_learnt(spec, step)) +
          first) /
         4;
}
double candidate_loss(const Spec& spec, double step) {
  return std::log(static_cast<double>(spec.k)) * (1 - selector_learnt(spec, step));
}
double rate_at(const Spec& spec, int64_t step) {
  if (step < kWarmup) {
    return spec.learning_rate * static_cast<double>(step) / static_cast<double>(kWarmup);
  }
  const double share =
      static_cast<double>(step - kWarmup) / static_cast<double>(kMaxSteps - kWarmup);
  return spec.learning_rate * (1 + std::cos(M_PI * share)) / 2;
}

std::vector<int64_t> steps_of(const Spec& spec) {
  std::vector<int64_t> steps;
  for (int64_t step = 0; step <= spec.last_step; step += kSpacing) steps.push_back(step);
  return steps;
}

using Curve = double (*)(const Spec&, double);

SeriesQuantity quantity(const Spec& spec, Quantity about, Curve value, int64_t elements = 1) {
  SeriesQuantity q;
  q.about = std::move(about);
  q.per_example_rows = spec.n_examples;
  for (int64_t step : steps_of(spec)) {
    for (int64_t e = 0; e < spec.n_examples; ++e) {
      const double noise = 0.02 * std::sin(static_cast<double>(7 * e + 1));
      for (int64_t i = 0; i < elements; ++i) {
        const double share = 1 - 0.3 * static_cast<double>(i);  // the first head has most
        q.per_example.push_back(
            static_cast<float>(share * value(spec, static_cast<double>(step)) + noise));
      }
    }
  }
  summarize_series(q, static_cast<int64_t>(steps_of(spec).size()));
  return q;
}

Record record(const Spec& spec, const std::string& probe, const std::string& dataset_hash,
              std::vector<SeriesQuantity> quantities) {
  Record r;
  r.key = {probe, "default", "{}", dataset_hash, "0", 1, spec.n_examples};
  r.steps = steps_of(spec);
  r.checkpoint_hashes.assign(r.steps.size(), std::string(64, 'c'));
  r.kernels.assign(r.steps.size(), "AVX2");
  r.quantities = std::move(quantities);
  return r;
}

std::vector<Record> records_of(const Spec& spec, const std::string& hash) {
  const auto attention = [](const Spec& of, double step) {
    return 0.18 + 0.7 * selector_learnt(of, step);
  };
  const auto dependence = [](const Spec& of, double step) {
    return (needs_selector(of) ? 0.9 : 0.1) * selector_learnt(of, step);
  };
  std::vector<Record> records = {
      record(spec, "performance", hash,
             {quantity(spec, about("first_target_loss", "nats"), first_target_loss),
              quantity(spec, about("accuracy", "probability"), accuracy)}),
      record(spec, "z_shuffle", hash, {quantity(spec, about("z_gap", "nats"), z_gap)}),
      record(spec, "attention_to_z", hash,
             {quantity(
                 spec,
                 about("attention_to_z", "probability", {axis("layer", 0, 1), axis("head", 0, 2)}),
                 attention, 2)}),
      record(spec, "causal_patching", hash,
             {quantity(spec, about("z_dependence", "probability"), dependence)}),
  };
  if (needs_selector(spec)) {
    const auto right = [](const Spec& of, double step) {
      return std::exp(-candidate_loss(of, step));
    };
    records.push_back(record(spec, "candidates", hash,
                             {quantity(spec, about("candidate_loss", "nats"), candidate_loss),
                              quantity(spec, about("candidate_accuracy", "probability"), right)}));
  }
  return records;
}

Metrics metrics_of(const Spec& spec) {
  Metrics metrics;
  for (int64_t step : steps_of(spec)) {
    const double s = static_cast<double>(step);
    metrics.steps.push_back(step);
    metrics.columns["first_target_loss"].push_back(first_target_loss(spec, s));
    metrics.columns["accuracy"].push_back(accuracy(spec, s));
    metrics.columns["z_shuffle_gap"].push_back(z_gap(spec, s));
    metrics.columns["examples"].push_back(s * static_cast<double>(spec.batch_size));
    metrics.columns["learning_rate"].push_back(rate_at(spec, step));
  }
  return metrics;
}

std::string lines_of(const Metrics& metrics) {
  std::string text;
  for (std::size_t i = 0; i < metrics.steps.size(); ++i) {
    nlohmann::ordered_json line = {{"step", metrics.steps[i]}};
    for (const auto& [name, values] : metrics.columns) line[name] = values[i];
    text += line.dump() + "\n";
  }
  return text;
}

TaskRequest request_of(const Spec& spec) {
  TaskRequest request{
      "disambiguation", {}, AttentionDir::kCausal, static_cast<uint64_t>(spec.seed)};
  request.data.as<late_disambiguation::DisambiguationOptions>().task = spec.direction;
  request.data.as<late_disambiguation::DisambiguationOptions>().k = spec.k;
  request.data.as<late_disambiguation::DisambiguationOptions>().n_unique_b = 12;
  return request;
}

void fill(const Spec& spec, kairo::RunOptions& settings) {
  settings.experiment.name = std::filesystem::path(spec.name).filename();
  settings.experiment.seed = spec.seed;
  settings.data = request_of(spec).data;
  settings.training.learning_rate = spec.learning_rate;
  settings.training.batch_size = spec.batch_size;
  settings.training.max_steps = kMaxSteps;
}

std::string report_of(const Spec& spec, const std::vector<Record>& records,
                      const DatasetInfo& data) {
  RunData run;
  run.experiment = std::filesystem::path(spec.name).filename();
  run.task = data.name;
  run.ambiguity_nats = data.ambiguity_nats;
  run.n_examples = data.n_examples;
  run.checkpoint_spacing = kSpacing;
  run.transitions.bootstrap_samples = 8;
  for (const Record& each : records) run.records[each.key.probe] = each;
  return report_json(run, find_all(run), {});
}

Spec spec_of(const std::string& name, late_disambiguation::Direction direction, int64_t k,
             int64_t seed) {
  Spec spec;
  spec.name = name;
  spec.direction = direction;
  spec.k = k;
  spec.seed = seed;
  return spec;
}

}  // namespace

ComparedRun compared(const Spec& spec) {
  const DatasetInfo data = make_dataset(request_of(spec))->info();
  const std::vector<Record> records = records_of(spec, data.content_hash);
  const Metrics metrics = metrics_of(spec);
  ComparedRun run;
  run.name = spec.name;
  run.task = "disambiguation";
  run.variant = name_in(late_disambiguation::direction_names(), spec.direction);
  run.seed = std::to_string(spec.seed);
  run.number = spec.k;
  run.learning_rate = spec.learning_rate;
  run.batch_size = spec.batch_size;
  run.ambiguity_nats = data.ambiguity_nats;
  for (const Floor& floor : data.floors) {
    if (floor.quantity == "first_target_loss") run.first_target_floor = floor.nats;
  }
  kairo::RunOptions settings;
  fill(spec, settings);
  run.settings = {{"data.task", run.variant},
                  {"data.k", std::to_string(spec.k)},
                  {"model.words", spec.model},
                  {"training.batch_size", std::to_string(spec.batch_size)},
                  {"training.learning_rate", shortest(spec.learning_rate)}};
  const std::vector<double> steps(metrics.steps.begin(), metrics.steps.end());
  run.tracks["first_target_loss"] = {steps, metrics.columns.at("first_target_loss")};
  run.tracks["accuracy"] = {steps, metrics.columns.at("accuracy")};
  run.tracks["z_gap"] = {steps, metrics.columns.at("z_shuffle_gap")};
  run.examples = {steps, metrics.columns.at("examples")};
  run.summed_lr = summed_learning_rate(metrics);
  run.report = parse_report(report_of(spec, records, data), spec.name);
  run.report.experiment = spec.name;
  return run;
}

void write_run(const std::string& base_dir, const Spec& spec) {
  const std::filesystem::path root = std::filesystem::path(base_dir) / spec.name;
  const RunDirectory run(root.parent_path().string(), root.filename().string());
  create_folder(run.root());
  WholeConfig settings;
  fill(spec, settings.run);
  ConfigBinder binder;
  binder.bind(settings.sections());
  write_file_atomically(run.config_file(), binder.to_yaml(false));
  write_file_atomically(run.run_file(), "{\"status\": \"finished\"}\n");
  write_file_atomically(run.metrics_file(), lines_of(metrics_of(spec)));
  const std::shared_ptr<const Dataset> data = make_dataset(request_of(spec));
  data->save(run.dataset_file());
  const std::vector<Record> records = records_of(spec, data->info().content_hash);
  for (const Record& each : records) {
    const std::string path = run.record(each.key.probe, "default");
    create_folder(std::filesystem::path(path).parent_path().string());
    write_record(path, each);
  }
  write_file_atomically(run.report("json"), report_of(spec, records, data->info()));
}

std::vector<Spec> k_sweep() {
  std::vector<Spec> specs;
  for (int64_t k : {5, 10, 20}) {
    for (const late_disambiguation::Direction direction :
         {late_disambiguation::Direction::kBzToA, late_disambiguation::Direction::kAzToB}) {
      for (int64_t seed : {0, 1, 2}) {
        const std::string of = name_in(late_disambiguation::direction_names(), direction);
        Spec spec =
            spec_of("k_sweep/k" + std::to_string(k) + "_" + of + "_seed" + std::to_string(seed),
                    direction, k, seed);
        const bool late = direction == late_disambiguation::Direction::kBzToA;
        spec.transition = (late ? 700.0 + 90.0 * static_cast<double>(k) : 600.0) +
                          130.0 * static_cast<double>(seed);
        spec.last_step = late && k == 20 && seed == 2 ? 2300 : 4000 - 200 * seed;
        specs.push_back(spec);
      }
    }
  }
  return specs;
}

std::vector<Spec> temperature() {
  const std::vector<std::pair<double, int64_t>> cells = {{1e-3, 64},  {1e-3, 128}, {1e-3, 256},
                                                         {1e-3, 512}, {5e-4, 128}, {2e-3, 128}};
  std::vector<Spec> specs;
  for (const auto& [rate, batch] : cells) {
    for (int64_t seed : {0, 1, 2}) {
      Spec spec = spec_of("temperature/lr" + shortest(rate) + "_batch" + std::to_string(batch) +
                              "_seed" + std::to_string(seed),
                          late_disambiguation::Direction::kBzToA, 10, seed);
      spec.learning_rate = rate;
      spec.batch_size = batch;
      spec.transition =
          1500 * std::pow(rate / 1e-3, -0.8) * std::pow(static_cast<double>(batch) / 128, 0.3) +
          60.0 * static_cast<double>(seed);
      spec.last_step = 4000;
      specs.push_back(spec);
    }
  }
  return specs;
}

void write_manifest_of(const std::string& base_dir, const std::string& sweep,
                       const std::vector<Spec>& specs) {
  nlohmann::ordered_json json = {
      {"format", "kairoscope-sweep"}, {"format_version", 1}, {"version", "test"}, {"sweep", sweep},
      {"config", sweep + ".yaml"},    {"base", "base.yaml"}};
  json["cells"] = nlohmann::ordered_json::array();
  for (const Spec& spec : specs) {
    const std::string name = std::filesystem::path(spec.name).filename();
    const nlohmann::ordered_json none = nlohmann::ordered_json::object();
    json["cells"].push_back({{"name", name},
                             {"key", std::string(64, '0')},
                             {"varied", none},
                             {"overrides", none},
                             {"run", name},
                             {"status", "done"},
                             {"seconds", 1.0}});
  }
  write_file_atomically(base_dir + "/" + sweep + "/sweep.json", json.dump(2) + "\n");
}

}  // namespace kairo::made
