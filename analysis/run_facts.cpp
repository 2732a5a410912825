#include "analysis/run_facts.h"

#include <spdlog/fmt/fmt.h>

#include <ctime>
#include <filesystem>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analysis/run_config.h"
#include "core/config/transformer_options.h"
#include "core/files/atomic_file.h"

namespace kairo {
namespace {

using Json = nlohmann::ordered_json;

// "2030-01-31T12:00:00Z" -> seconds since 1970.
std::optional<int64_t> seconds_of(const std::string& time) {
  std::tm parts = {};
  std::istringstream stream(time);
  stream >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%SZ");
  if (stream.fail()) return std::nullopt;
  return static_cast<int64_t>(timegm(&parts));
}

// As its authors write it.
std::string written_optimizer(const std::string& name) {
  return name == "adamw" ? "AdamW" : name == "sgd" ? "SGD" : name;
}

void add_model(const ModelOptions& model, RunFacts& facts) {
  facts.model_kind = model.kind();
  facts.n_parameters = model.parameter_count();
  facts.is_bidirectional = !model.is_causal();
  const auto* transformer = dynamic_cast<const TransformerOptions*>(&model);
  if (transformer == nullptr) return;
  facts.n_layers = transformer->n_layers;
  facts.n_heads = transformer->n_heads;
  facts.d_model = transformer->d_model;
  facts.attn_only = transformer->attn_only;
}

void add_data(Options& data, const TaskWords& words, RunFacts& facts) {
  std::vector<int64_t> values;
  for (const std::string& key : words.data_keys) {
    for (const Field& field : data.fields()) {
      if (key != field.name) continue;
      values.push_back(std::get<int64_t>(field.value()));
      facts.data.emplace_back(key, values.back());
    }
  }
  if (words.data != nullptr) facts.data_words = words.data(values);
}

void add_config(RunOptions config, int64_t d_vocab, const TaskWords& words, RunFacts& facts) {
  if (config.model->d_vocab == 0) config.model->d_vocab = d_vocab;
  facts.has_config = true;
  add_model(*config.model, facts);
  facts.optimizer = written_optimizer(config.training.optimizer);
  facts.learning_rate = config.training.learning_rate;
  facts.weight_decay = config.training.weight_decay;
  facts.warmup_steps = config.training.warmup_steps;
  facts.batch_size = config.training.batch_size;
  facts.max_steps = config.training.max_steps;
  facts.stop_when_solved = config.training.stop_when_solved;
  add_data(config.data, words, facts);
  facts.seed = config.experiment.seed;
}

// Fields of another type than expected are as good as missing: no fact is worth a failed analysis.
template <typename T>
T value_or(const Json& json, const char* name, T otherwise) {
  try {
    return json.value(name, otherwise);
  } catch (const Json::exception&) {
    return otherwise;
  }
}

void add_record(const Json& json, RunFacts& facts) {
  facts.has_record = true;
  facts.status = value_or<std::string>(json, "status", "");
  facts.stopped = value_or<std::string>(json, "stopped", "");
  facts.steps = value_or<int64_t>(json, "steps", 0);
  facts.n_resumed = static_cast<int64_t>(
      value_or<std::vector<int64_t>>(json, "resumed_from", std::vector<int64_t>{}).size());
  const auto start = seconds_of(value_or<std::string>(json, "start", ""));
  const auto end = seconds_of(value_or<std::string>(json, "end", ""));
  if (start && end && *end >= *start) facts.wall_seconds = *end - *start;
  facts.cpu = value_or<std::string>(json, "cpu", "");
  facts.instruction_set = value_or<std::string>(json, "instruction_set", "");
  facts.device = value_or<std::string>(json, "device", "");
  facts.threads = value_or<int64_t>(json, "threads", 0);
  facts.version = value_or<std::string>(json, "version", "");
  facts.git_commit = value_or<std::string>(json, "git_commit", "");
  const auto machines = json.find("machines");
  if (machines != json.end() && machines->is_array()) {
    facts.n_machines = static_cast<int64_t>(machines->size());
  }
}

}  // namespace

RunFacts read_run_facts(const RunDirectory& directory, int64_t d_vocab, const TaskWords& words) {
  RunFacts facts;
  if (std::filesystem::exists(directory.config_file())) {
    add_config(read_run_config(directory.config_file()), d_vocab, words, facts);
    facts.config = std::filesystem::relative(directory.config_file(), directory.results()).string();
  }
  if (std::filesystem::exists(directory.run_file())) {
    const Json json = Json::parse(read_file(directory.run_file()), nullptr, false);
    if (json.is_object()) add_record(json, facts);
  }
  return facts;
}

std::string why_stopped(const RunFacts& facts) {
  if (facts.status == "finished" && facts.stopped == "solved") {
    const std::string level =
        facts.stop_when_solved > 0 ? fmt::format(" above {:g}", facts.stop_when_solved) : "";
    return "solved: accuracy" + level + " at three evaluations in a row";
  }
  if (facts.status == "finished" && facts.stopped.empty()) return "reached training.max_steps";
  if (facts.status == "finished") return facts.stopped;
  if (facts.status == "interrupted") return "interrupted by the user or the system";
  if (facts.status == "running") return "not known: still training, or killed without a word";
  return facts.status;
}

std::string duration_words(int64_t seconds) {
  const int64_t hours = seconds / 3600, minutes = seconds / 60 % 60, rest = seconds % 60;
  if (hours > 0) return fmt::format("{} h {} min", hours, minutes);
  if (minutes > 0) return fmt::format("{} min {} s", minutes, rest);
  return fmt::format("{} s", rest);
}

}  // namespace kairo
