#include "tests/probes/tiny_run.h"

#include <gtest/gtest.h>
#include <torch/utils.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "core/data/dataset_file.h"
#include "core/data/task.h"
#include "core/files/atomic_file.h"
#include "core/model/checkpoint_io.h"
#include "core/store/checkpoint.h"
#include "studies/late_disambiguation/data/options.h"

namespace kairo::tiny {
namespace {

std::string unique_folder() {
  static std::atomic<int> count{0};
  return testing::TempDir() + "/kairo_probes_" + std::to_string(getpid()) + "_" +
         std::to_string(++count);
}

}  // namespace

std::shared_ptr<const MemoryDataset> data(const Choice& choice) {
  TaskRequest request;
  request.name = "disambiguation";
  request.data.as<DisambiguationOptions>().task = choice.direction;
  request.data.as<DisambiguationOptions>().n_unique_b = 8;
  request.data.as<DisambiguationOptions>().k = choice.k;
  request.data.as<DisambiguationOptions>().b_length = 3;
  request.data.as<DisambiguationOptions>().a_length = 3;
  request.data.as<DisambiguationOptions>().vocab_chars = "abcdef";
  request.attention_dir = choice.attention_dir;
  request.seed = 7;
  return make_dataset(request);
}

TransformerOptions model_words(const Dataset& data, const Choice& choice) {
  TransformerOptions words;
  words.n_layers = 3;
  words.n_heads = 2;
  words.d_model = 16;
  words.d_head = 8;
  words.d_mlp = 32;
  words.n_ctx = 16;
  words.d_vocab = data.info().d_vocab();
  words.attention_dir = choice.attention_dir;
  words.normalization_type = choice.normalization;
  return words;
}

Transformer random_model(const TransformerOptions& options, double scale) {
  Transformer model(options);
  model.initialize();
  model.parameters().freeze();
  at::Tensor values = model.parameters().values();
  const torch::NoGradGuard no_grad;
  values.mul_(scale);
  return model;
}

ProbeInputs inputs(const std::shared_ptr<const Dataset>& data, int64_t n_examples) {
  ProbesOptions options;
  options.n_examples = n_examples;
  return make_probe_inputs(data, options);
}

std::shared_ptr<const TrajectoryStart> start(const Transformer& model) {
  return std::make_shared<const TrajectoryStart>(
      TrajectoryStart{0, "made", std::make_shared<const Transformer>(model)});
}

bool has(const std::vector<Quantity>& all, const std::string& name) {
  for (const Quantity& each : all) {
    if (each.name == name) return true;
  }
  return false;
}

const Quantity& quantity(const std::vector<Quantity>& all, const std::string& name) {
  for (const Quantity& each : all) {
    if (each.name == name) return each;
  }
  throw std::runtime_error("no quantity " + name);
}

Run::Run(const Choice& choice, const std::vector<int64_t>& steps)
    : Run(choice, steps, [&](const Dataset& data, int64_t step) {
        TransformerOptions words = model_words(data, choice);
        words.seed = step;
        return std::unique_ptr<Model>(new Transformer(random_model(words)));
      }) {}

Run::Run(const Choice& choice, const std::vector<int64_t>& steps, const MakeModel& make)
    : base_(unique_folder()), directory_(base_, "tiny") {
  create_folder(directory_.checkpoints());
  const std::shared_ptr<const Dataset> examples = data(choice);
  examples->save(directory_.dataset_file());
  for (const int64_t step : steps) {
    const std::unique_ptr<Model> model = make(*examples, step);
    Checkpoint checkpoint;
    checkpoint.step = step;
    checkpoint.experiment = "tiny";
    checkpoint.model_json = to_json(model->options());
    checkpoint.parameters = to_arrays(model->parameters(), model->parameters().values());
    write_checkpoint(directory_.checkpoint(step), checkpoint);
  }
}

Run::~Run() {
  std::error_code error;
  std::filesystem::remove_all(base_, error);
}

void Run::damage_checkpoint(int64_t step) const {
  std::fstream file(directory_.checkpoint(step), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(2000);
  file.write("damage", 6);
}

std::string bytes(const std::string& path) { return read_file(path); }

}  // namespace kairo::tiny
