#include "training/run/run_options.h"

#include <gtest/gtest.h>

#include <torch/version.h>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "core/config/transformer_options.h"
#include "core/files/atomic_file.h"
#include "core/kernels/cpu_path.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/training/tiny_run.h"
#include "training/cost.h"
#include "training/run/run_record.h"
#include "training/this_machine.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig) << error.what();
    return error.what();
  }
  return "";
}

TEST(RunOptions, VocabularyComesFromTheTask) {
  RunOptions options = tiny_options();
  tiny_dataset(options);
  EXPECT_EQ(options.model->d_vocab, 40);
}

TEST(RunOptions, RefusesSequencesLongerThanTheContext) {
  RunOptions options = tiny_options();
  options.model->n_ctx = 15;  // BOS 6 SEP 2 SEP 4 EOS are 16
  EXPECT_NE(refusal([&] { tiny_dataset(options); }).find("model.n_ctx"), std::string::npos);
  options.model->n_ctx = 16;
  EXPECT_EQ(refusal([&] { tiny_dataset(options); }), "");
}

TEST(RunOptions, RefusesAVocabularyThatIsTooSmall) {
  RunOptions options = tiny_options();
  options.model->d_vocab = 39;
  EXPECT_NE(refusal([&] { tiny_dataset(options); }).find("model.d_vocab"), std::string::npos);
}

TEST(RunOptions, AResumedRunSharesWhatShapesAnUpdate) {
  const RunOptions before = tiny_options();
  const std::vector<std::pair<std::string, std::function<void(RunOptions&)>>> changes = {
      {"experiment.seed", [](RunOptions& o) { o.experiment.seed = 9; }},
      {"data.k", [](RunOptions& o) { o.data.as<DisambiguationOptions>().k = 2; }},
      {"model.d_mlp", [](RunOptions& o) { o.model.as<TransformerOptions>().d_mlp = 8; }},
      {"training.max_steps", [](RunOptions& o) { o.training.max_steps = 48; }},
      {"training.shards", [](RunOptions& o) { o.training.shards = 2; }},
      {"training.clip_norm", [](RunOptions& o) { o.training.clip_norm = 0; }}};
  for (const auto& [key, change] : changes) {
    RunOptions now = before;
    change(now);
    EXPECT_NE(refusal([&, &now = now] { check_resumable(before, now); }).find(key),
              std::string::npos)
        << key;
  }
}

TEST(RunOptions, AResumedRunMayLookAndKeepDifferently) {
  RunOptions now = tiny_options();
  now.training.eval_every = 1;
  now.training.checkpoint_every = 1;
  now.training.checkpoint_steps = {3};
  now.training.optimizer_state_every = 5;
  now.training.log_every = 1;
  now.training.log_gradients = true;
  now.training.stop_when_solved = 0.5;
  EXPECT_EQ(refusal([&] { check_resumable(tiny_options(), now); }), "");
}

TEST(Cost, OfTheDefaultModelInClosedForm) {
  RunOptions options;
  const auto made = tiny_dataset(options);
  const Dataset& data = *made;
  const TrainingCost cost = cost_of(options, data);
  const int64_t block = 2 * 2 * 128 + 4 * 128 * 128 + 4 * 128 + 2 * 128 * 512 + 512 + 128;
  EXPECT_EQ(cost.parameters, 2 * 128 + 40 * 128 + 32 * 128 + 4 * block + 128 * 40 + 40);
  EXPECT_EQ(cost.batches_per_epoch, 79);  // 10,000 / 128, the last one short
  EXPECT_EQ(cost.n_checkpoints, 101);
  // A token of a whole block: 4 projections, scores and values over 16 keys, the MLP.
  const double token = 2.0 * (4 * 128 * 128 + 2 * 16 * 128 + 2 * 128 * 512);
  // The last block: keys and values of 16 tokens, all else of the 5 that have a loss.
  const double last = 16 * 2.0 * 2 * 128 * 128 + 5 * (token - 2.0 * 2 * 128 * 128);
  EXPECT_DOUBLE_EQ(cost.flop_per_step, 3 * 128 * (3 * 16 * token + last + 5 * 2.0 * 128 * 40));
}

// Was: values and gradients were allocated to be counted.
TEST(Cost, OfAModelThatNoMemoryHolds) {
  RunOptions options;
  options.model.as<TransformerOptions>().n_layers = 1;
  options.model.as<TransformerOptions>().n_heads = 1 << 10;
  options.model.as<TransformerOptions>().d_head = 1 << 10;
  options.model.as<TransformerOptions>().d_model = 1 << 20;
  options.model.as<TransformerOptions>().d_mlp = 1 << 22;
  const TrainingCost cost = cost_of(options, *tiny_dataset(options));
  EXPECT_GT(cost.parameters, int64_t{12} << 40);  // 4 projections, and 2 of four times the width
  EXPECT_GE(cost.parameter_bytes, 4 * cost.parameters);
  EXPECT_LT(cost.parameter_bytes, 4 * cost.parameters + (1 << 12));
  options.model->dtype = ModelDtype::kFloat64;
  EXPECT_EQ(cost_of(options, *tiny_dataset(options)).parameter_bytes, 2 * cost.parameter_bytes);
}

TEST(Cost, CheckpointSizeIsWhatLiesOnDisk) {
  TinyRun run;
  run.train();
  RunOptions options = run.options();
  const TrainingCost cost = cost_of(options, *tiny_dataset(options));
  const double size = static_cast<double>(read_file(run.directory().checkpoint(24)).size());
  // 60 kB of HDF5's own for the many small arrays of a tiny model.
  EXPECT_NEAR(size, static_cast<double>(cost.checkpoint_bytes), 6e4);
}

TEST(RunRecord, SaysWithWhatTheRunWasMade) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/run.json";
  RunRecord record;
  record.command = {"train", "--config", "quick"};
  record.machines = {{0, this_machine()}};
  record.start = utc_now();
  record.resumed_from = {200};
  write_run_record(path, record);
  const auto json = nlohmann::json::parse(read_file(path));
  EXPECT_EQ(json["status"], "running");
  EXPECT_FALSE(json.contains("end"));
  EXPECT_EQ(json["command"][2], "quick");
  EXPECT_FALSE(json["instruction_set"].get<std::string>().empty());
  EXPECT_EQ(json["kernels"], name_of(cpu_path()));
  EXPECT_EQ(json["device"], "cpu");
  EXPECT_EQ(json["libraries"]["LibTorch"], TORCH_VERSION);
  EXPECT_FALSE(json.contains("stopped"));
  EXPECT_EQ(json["machines"].size(), 1U);
  EXPECT_EQ(json["machines"][0]["from_step"], 0);
  EXPECT_EQ(json["machines"][0]["libraries"], json["libraries"]);
  const RunRecord again = read_run_record(path);
  EXPECT_EQ(again.start, record.start);
  EXPECT_EQ(again.resumed_from, record.resumed_from);
  EXPECT_EQ(again.machines[0].machine, this_machine());
}

Machine machine_with(const std::string& kernels) {
  Machine machine = this_machine();
  machine.kernels = kernels;
  return machine;
}

std::vector<std::string> kernels_between(const RunRecord& record, int64_t begin, int64_t end) {
  std::vector<std::string> all;
  for (const Machine& each : machines_between(record, begin, end)) all.push_back(each.kernels);
  return all;
}

// Was: the machine of the last session was said to have made the whole run.
TEST(RunRecord, KnowsTheMachineOfEveryUpdate) {
  using Names = std::vector<std::string>;
  RunRecord record;
  begin_stretch(record, 0, machine_with("avx2"));
  begin_stretch(record, 10, machine_with("avx512"));
  begin_stretch(record, 15, machine_with("avx512"));
  TemporaryFolder folder;
  write_run_record(folder.file("run.json"), record);
  record = read_run_record(folder.file("run.json"));
  ASSERT_EQ(record.machines.size(), 2U);
  EXPECT_EQ(kernels_between(record, 0, 10), (Names{"avx2"}));
  EXPECT_EQ(kernels_between(record, 10, 11), (Names{"avx512"}));
  EXPECT_EQ(kernels_between(record, 9, 20), (Names{"avx2", "avx512"}));
  EXPECT_EQ(kernels_between(record, -1, 0), Names{});
  // Back to a step before: what was made behind it is made anew.
  begin_stretch(record, 10, machine_with("avx2"));
  EXPECT_EQ(kernels_between(record, 0, 20), (Names{"avx2"}));
}

TEST(RunRecord, TheOneMachineOfAnOlderFileMadeAllOfIt) {
  TemporaryFolder folder;
  const std::string path = folder.file("run.json");
  write_file_atomically(path, R"({"instruction_set": "AVX2", "kernels": "avx2", "steps": 50})");
  EXPECT_EQ(kernels_between(read_run_record(path), 40, 50), (std::vector<std::string>{"avx2"}));
}

TEST(RunRecord, AMissingOrBrokenOneIsEmpty) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/run.json";
  EXPECT_EQ(read_run_record(path).start, "");
  for (const char* text : {"", "[]", "{\"start\": 5}", "{\"resumed_from\": \"x\"}"}) {
    write_file_atomically(path, text);
    EXPECT_EQ(read_run_record(path).start, "") << text;
  }
}

// 20 examples in batches of 5: 4 batches an epoch.
TEST(Settle, EpochsAndFractionsBecomeSteps) {
  RunOptions options = tiny_options();
  const int64_t batches =
      (static_cast<int64_t>(tiny_dataset(options)->examples_of(Split::kTrain).size()) + 4) / 5;
  options = tiny_options();
  options.training.max_steps = TrainingOptions().max_steps;
  options.training.warmup_steps = TrainingOptions().warmup_steps;
  options.training.epochs = 6;
  options.training.accumulate = 2;
  options.training.warmup_fraction = 0.25;
  tiny_dataset(options);
  EXPECT_EQ(options.training.max_steps, 3 * batches);
  EXPECT_EQ(options.training.warmup_steps, std::llround(0.75 * static_cast<double>(batches)));
  options.training.max_steps = 5;
  EXPECT_NE(refusal([&] { tiny_dataset(options); }).find("training.epochs asks for"),
            std::string::npos);
}

TEST(CheckResumable, ASeedOfMinusOneIsTheExperimentsSeed) {
  RunOptions before = tiny_options(), now = tiny_options();
  before.experiment.seed = now.experiment.seed = 3;
  before.model->seed = 3;
  now.model->seed = -1;
  EXPECT_EQ(refusal([&] { check_resumable(before, now); }), "");
  before.model->seed = 0;
  EXPECT_NE(refusal([&] { check_resumable(before, now); }).find("model.seed"), std::string::npos);
}

}  // namespace
}  // namespace kairo
