// The program as a user meets it: exit codes, messages, files.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "core/files/atomic_file.h"
#include "core/store/checkpoint.h"
#include "core/store/run_directory.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string kTrain = "--config quick" + kTinyRun;
// Goes on until it is interrupted.
const std::string kEndless = kTrain +
                             " training.max_steps=1000000 training.eval_every=1000000"
                             " training.checkpoint_every=1000000 training.stop_when_solved=0";

class TrainProgram : public testing::Test {
 protected:
  ProgramEnd train(const std::string& arguments) const {
    return runner_.run("train", in_folder(arguments));
  }
  std::string in_folder(const std::string& arguments) const {
    return arguments + " --output-dir '" + runner_.folder() + "/runs'";
  }
  RunDirectory run() const { return {runner_.folder() + "/runs", "quick"}; }
  Json run_json() const { return Json::parse(read_file(run().run_file())); }
  std::string hash(int64_t step) const {
    return read_checkpoint(run().checkpoint(step), CheckpointPart::kEverything).content_hash;
  }
  // Every file of the run, by path.
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(run().root())) {
      const std::string path = entry.path().string();
      if (fs::is_regular_file(entry.symlink_status())) all[path] = read_file(path);
    }
    return all;
  }

  ProgramRunner runner_;
};

TEST_F(TrainProgram, TrainsAndSaysWhatIsNext) {
  const ProgramEnd ended = train(kTrain);
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("analyze --experiment quick"), std::string::npos);
  for (const char* name : {"config.yaml", "run.json", "metrics.jsonl", "train.log", "dataset.h5",
                           "checkpoints/step_00000006.h5"}) {
    EXPECT_TRUE(fs::exists(run().root() + "/" + name)) << name;
  }
  EXPECT_EQ(run_json()["status"], "finished");
  EXPECT_EQ(run_json()["steps"], 6);
}

// train.log of a run on a terminal held "finished at step 6" and nothing of what was trained.
TEST_F(TrainProgram, SaysWhatIsTrainedAndWhatCameOfIt) {
  const ProgramEnd ended = train(kTrain);
  ASSERT_EQ(ended.code, 0) << ended.err;
  const std::string log = read_file(run().log_file());
  for (const char* part :
       {"training quick: disambiguation (bz_to_a, K 3), 1 layers, 2 heads, d_model 16, ",
        "seed 0, at most 6 steps, in ", "step 6 after 0:0", "accuracy ", " 4 checkpoints, "}) {
    EXPECT_NE(log.find(part), std::string::npos) << part << "\n" << log;
  }
  EXPECT_NE(ended.out.find("\n  4 checkpoints, "), std::string::npos) << ended.out;
  ASSERT_EQ(train(kTrain + " --resume 4").code, 0);
  EXPECT_NE(read_file(run().log_file()).find("; resumed from step 4"), std::string::npos);
}

TEST_F(TrainProgram, TrainsOnTheCpuUnlessToldOtherwise) {
  std::vector<std::string> hashes;
  for (const char* device : {"", " --device cpu --overwrite"}) {
    ASSERT_EQ(train(kTrain + device).code, 0);
    EXPECT_EQ(run_json()["device"], "cpu");
    hashes.push_back(hash(6));
  }
  EXPECT_EQ(hashes[0], hashes[1]);
}

// cuda:999 is on no machine, with a GPU or without.
TEST_F(TrainProgram, ADeviceThatIsNotThereIsRefusedSayingWhichAre) {
  for (const char* device : {"cuda:999", "cuda:", "gpu", "cpu:0"}) {
    const ProgramEnd ended = train(std::string("--config quick --device ") + device);
    EXPECT_EQ(ended.code, 2) << device;
    EXPECT_NE(ended.err.find("--device: expected cpu, cuda or cuda:N"), std::string::npos)
        << ended.err;
    EXPECT_NE(ended.err.find(std::string("got ") + device), std::string::npos) << ended.err;
  }
  EXPECT_FALSE(fs::exists(run().root()));
}

TEST_F(TrainProgram, AnExistingRunIsRefusedResumedOrReplaced) {
  ASSERT_EQ(train(kTrain + " --resume auto").code, 0);
  const ProgramEnd refused = train(kTrain);
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("--overwrite"), std::string::npos);
  EXPECT_EQ(train(kTrain + " --resume 4").code, 0);
  const ProgramEnd changed = train(kTrain + " --resume auto data.k=2");
  EXPECT_EQ(changed.code, 2);
  EXPECT_NE(changed.err.find("data.k"), std::string::npos) << changed.err;
  EXPECT_EQ(train(kTrain + " --resume 3").code, 3);
  // bug: figures and reports of labels outlived the run that they were of
  write_file_atomically(run().root() + "/report-long.md", "of the old run");
  fs::create_directory(run().root() + "/figures-long");
  write_file_atomically(run().root() + "/notes.md", "of the user");
  EXPECT_EQ(train(kTrain + " --overwrite data.k=2").code, 0);
  for (const char* name : {"superseded", "report-long.md", "figures-long"}) {
    EXPECT_FALSE(fs::exists(run().root() + "/" + name)) << name;
  }
  EXPECT_TRUE(fs::exists(run().root() + "/notes.md"));
}

// Was: refused when later checkpoints had been moved aside and later metrics dropped.
TEST_F(TrainProgram, ARefusedResumeChangesNothing) {
  ASSERT_EQ(train(kTrain + " model.dtype=float64").code, 0);
  const auto of_float64 = contents();
  const ProgramEnd inexact = train(kTrain + " model.dtype=float64 --resume 2");
  EXPECT_EQ(inexact.code, 2);
  EXPECT_NE(inexact.err.find("float32"), std::string::npos) << inexact.err;
  EXPECT_TRUE(contents() == of_float64);

  ASSERT_EQ(train(kTrain + " --overwrite").code, 0);
  const Checkpoint whole = read_checkpoint(run().checkpoint(2), CheckpointPart::kEverything);
  Checkpoint other_order = whole, other_optimizer = whole, other_step = whole;
  other_order.training.integers["data_seed"] = {77};
  other_optimizer.optimizer.name = "sgd";
  other_step.optimizer.step = 3;
  for (Checkpoint* other : {&other_order, &other_optimizer, &other_step}) {
    write_checkpoint(run().checkpoint(2), *other);
    const auto before = contents();
    const ProgramEnd refused = train(kTrain + " --resume 2");
    EXPECT_EQ(refused.code, 3);
    EXPECT_NE(refused.err.find("step_00000002.h5"), std::string::npos) << refused.err;
    EXPECT_TRUE(contents() == before);
  }
}

// Was: every folder that cannot be read counted as one without checkpoints, and the run was trained
// anew over its own metrics.
TEST_F(TrainProgram, LostCheckpointsAreNoReasonToTrainAnew) {
  ASSERT_EQ(train(kTrain).code, 0);
  const std::string archive = runner_.folder() + "/archive";
  fs::rename(run().checkpoints(), archive);
  const auto before = contents();
  const ProgramEnd lost = train(kTrain + " --resume auto");
  EXPECT_EQ(lost.code, 3);
  EXPECT_NE(lost.err.find("up to step 6"), std::string::npos) << lost.err;
  EXPECT_NE(lost.err.find("--overwrite"), std::string::npos) << lost.err;
  EXPECT_TRUE(contents() == before);
  fs::create_symlink(run().checkpoints(), run().checkpoints());  // no user can follow it
  const ProgramEnd unreadable = train(kTrain + " --resume auto");
  EXPECT_EQ(unreadable.code, 1);
  EXPECT_NE(unreadable.err.find(run().checkpoints()), std::string::npos) << unreadable.err;
  EXPECT_TRUE(contents() == before);
  fs::remove(run().checkpoints());
  fs::rename(archive, run().checkpoints());
  EXPECT_EQ(train(kTrain + " --resume auto").code, 0);
}

TEST_F(TrainProgram, DryRunAndRefusalsWriteNothing) {
  const ProgramEnd dry = train(kTrain + " --dry-run");
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("parameters"), std::string::npos);
  EXPECT_EQ(train("--config quick model.n_ctx=8").code, 2);
  EXPECT_EQ(train("--config quick training.checkpoint_steps=100000").code, 2);
  EXPECT_EQ(train("--config quick --resume yes").code, 2);
  EXPECT_EQ(train("--config quick --resume auto --overwrite").code, 2);
  EXPECT_EQ(train("--config no_such_config").code, 2);
  EXPECT_EQ(train("").code, 2);
  EXPECT_FALSE(fs::exists(run().root()));
}

// GNU timeout sends a signal to the process and to its group: the second used to end the run before
// its checkpoint was written.
TEST_F(TrainProgram, ASignalKeepsTheRunAndTheNextOneGoesOn) {
  const std::string command = in_folder(kEndless + " training.checkpoint_every=2");
  RunningProgram first(runner_, "train", command);
  const auto has_begun = [&] { return fs::exists(run().checkpoint(2)); };
  ASSERT_TRUE(comes_true(has_begun, first)) << first.said();
  first.interrupt();
  first.interrupt();
  const ProgramEnd stopped = first.wait();
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_NE(stopped.err.find("--resume auto"), std::string::npos);
  EXPECT_EQ(run_json()["status"], "interrupted");
  const int64_t steps = run_json()["steps"];
  ASSERT_GE(steps, 2);
  RunningProgram second(runner_, "train", command + " --resume auto");
  const auto goes_on = [&] { return fs::exists(run().checkpoint(steps + 2 - steps % 2)); };
  ASSERT_TRUE(comes_true(goes_on, second)) << second.said();
  EXPECT_EQ(run_json()["status"], "running");
  EXPECT_EQ(run_json()["steps"], steps);
  second.interrupt();
  EXPECT_EQ(second.wait().code, 130);
  EXPECT_EQ(run_json()["resumed_from"], Json::array({steps}));
  EXPECT_GT(run_json()["steps"], steps);
}

TEST_F(TrainProgram, ADivergedRunNamesTensorCheckpointAndWhereAskedTheOperation) {
  // Without a norm the numbers grow by a large factor a layer.
  const std::string command = kTrain +
                              " model.normalization_type=none model.n_layers=4 model.d_model=64"
                              " model.d_head=32 model.d_mlp=256 training.learning_rate=10"
                              " training.warmup_steps=0 training.clip_norm=0"
                              " training.checkpoint_every=1 training.max_steps=20";
  const ProgramEnd ended = train(command);
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(ended.err.find("training step"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("checkpoints/step_"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("the gradient of "), std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find("arising at"), std::string::npos) << ended.err;
  const ProgramEnd again = train(command + " --resume auto --detect-anomaly");
  EXPECT_EQ(again.code, 1);
  EXPECT_NE(again.err.find("arising at "), std::string::npos) << again.err;
  EXPECT_NE(again.err.find("hook_"), std::string::npos) << again.err;
}

// All of W_U's numbers but token 0's are the same, and so every value is finite and every gradient
// at a hook point; the sums over tokens are not.
TEST_F(TrainProgram, WhatArisesAtNoHookPointIsSaidWhereItWasLookedFor) {
  ASSERT_EQ(train(kTrain).code, 0);
  Checkpoint checkpoint = read_checkpoint(run().checkpoint(4), CheckpointPart::kEverything);
  for (NamedArray& array : checkpoint.parameters) {
    std::vector<float>& values = array.values;
    const bool is_zero = array.name == "ln_final.w" || array.name == "ln_final.b";
    if (is_zero || array.name == "unembed.b_U") std::fill(values.begin(), values.end(), 0.F);
    if (array.name == "unembed.b_U") values[0] = 100;
    if (array.name != "unembed.W_U") continue;
    const auto n_tokens = static_cast<std::size_t>(array.shape[1]);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = i % n_tokens == 0 ? -3e38F : 3e38F;
  }
  write_checkpoint(run().checkpoint(4), checkpoint);
  const ProgramEnd ended = train(kTrain + " --resume 4 --detect-anomaly");
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(ended.err.find("arising at no hook point"), std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find("names the operation"), std::string::npos) << ended.err;
}

// Was: the machine of the last session stood for the whole run, also where it made no update.
TEST_F(TrainProgram, RunJsonKeepsTheMachineThatMadeEachStep) {
  ASSERT_EQ(train(kTrain).code, 0);
  const Json here = run_json()["machines"][0];
  Json json = run_json();
  json["kernels"] = json["machines"][0]["kernels"] = "others";
  write_file_atomically(run().run_file(), json.dump());
  ASSERT_EQ(train(kTrain + " --resume auto").code, 0);  // no update is left
  EXPECT_EQ(run_json()["machines"], json["machines"]);
  EXPECT_EQ(run_json()["kernels"], "others");
  const ProgramEnd ended = train(kTrain + " --resume 4");
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(read_file(run().log_file()).find("the run came to step 4 on "), std::string::npos);
  ASSERT_EQ(run_json()["machines"].size(), 2U);
  EXPECT_EQ(run_json()["machines"][0], json["machines"][0]);
  EXPECT_EQ(run_json()["machines"][1]["from_step"], 4);
  EXPECT_EQ(run_json()["machines"][1]["kernels"], here["kernels"]);
  EXPECT_EQ(run_json()["kernels"], here["kernels"]);
}

TEST_F(TrainProgram, ASecondOneOnTheSameRunIsRefusedAndTheFirstGoesOn) {
  RunningProgram first(runner_, "train", in_folder(kEndless + " --quiet"));
  const auto has_begun = [&] { return fs::exists(run().checkpoint(0)); };
  ASSERT_TRUE(comes_true(has_begun, first)) << first.said();
  for (const char* way : {" --resume auto", " --overwrite"}) {
    const ProgramEnd second = train(kEndless + " training.max_steps=5" + way);
    EXPECT_EQ(second.code, 1) << second.err;
    EXPECT_NE(second.err.find("is training this run"), std::string::npos) << second.err;
  }
  first.interrupt();
  const ProgramEnd end = first.wait();
  EXPECT_EQ(end.code, 130) << end.err;
  EXPECT_FALSE(fs::exists(run().train_lock()));
  EXPECT_EQ(train(kTrain + " --overwrite").code, 0);
}

TEST_F(TrainProgram, QuietSaysNothingAndAConfigMayHoldProbeKeys) {
  const ProgramEnd ended = train(kTrain + " --quiet probes.logit_lens.positions=query");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out + ended.err, "");
}

}  // namespace
}  // namespace kairo
