// The program as a user meets it: exit codes, messages, files.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/store/atomic_file.h"
#include "core/store/checkpoint.h"
#include "core/store/metrics.h"
#include "tests/training/tiny_run.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

const char* const kTiny =
    "data.n_unique_b=6 data.k=3 model.n_layers=1 model.n_heads=2 model.d_model=16 model.d_head=8 "
    "model.d_mlp=16 training.max_steps=20 training.warmup_steps=4 training.eval_every=5 "
    "training.checkpoint_every=10";

struct Ended {
  int code = -1;
  std::string out;
  std::string err;
};

class TrainProgram : public testing::Test {
 protected:
  // `name` of the files of its output, where two run at once.
  Ended train(const std::string& arguments, const std::string& prefix = "",
              const std::string& name = "") {
    const std::string out = folder_.path() + "/out" + name, err = folder_.path() + "/err" + name;
    const std::string command = "cd '" + std::string(KAIRO_SOURCE_DIR) + "' && " + prefix + " '" +
                                KAIRO_BIN_DIR + "/train' " + arguments + " --output-dir '" +
                                folder_.path() + "/runs' >'" + out + "' 2>'" + err + "'";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(out), read_file(err)};
  }
  std::string run_file(const std::string& name) const {
    return folder_.path() + "/runs/quick/" + name;
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(TrainProgram, TrainsAndSaysWhatIsNext) {
  const Ended ended = train(std::string("--config quick ") + kTiny);
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("analyze --experiment quick"), std::string::npos);
  for (const char* name : {"config.yaml", "run.json", "metrics.jsonl", "train.log", "dataset.h5",
                           "checkpoints/step_00000020.h5"}) {
    EXPECT_TRUE(fs::exists(run_file(name))) << name;
  }
  const auto json = nlohmann::json::parse(read_file(run_file("run.json")));
  EXPECT_EQ(json["status"], "finished");
  EXPECT_EQ(json["steps"], 20);
}

TEST_F(TrainProgram, TrainsOnTheCpuUnlessToldOtherwise) {
  const std::string command = std::string("--config quick ") + kTiny;
  std::vector<std::string> hashes;
  for (const char* device : {"", " --device cpu --overwrite"}) {
    ASSERT_EQ(train(command + device).code, 0);
    EXPECT_EQ(nlohmann::json::parse(read_file(run_file("run.json")))["device"], "cpu");
    const std::string last = run_file("checkpoints/step_00000020.h5");
    hashes.push_back(read_checkpoint(last, CheckpointPart::kEverything).content_hash);
  }
  EXPECT_EQ(hashes[0], hashes[1]);
}

// cuda:999 is on no machine, with a GPU or without.
TEST_F(TrainProgram, ADeviceThatIsNotThereIsRefusedSayingWhichAre) {
  for (const char* device : {"cuda:999", "cuda:", "gpu", "cpu:0"}) {
    const Ended ended = train(std::string("--config quick --device ") + device);
    EXPECT_EQ(ended.code, 2) << device;
    EXPECT_NE(ended.err.find("--device: expected cpu"), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find(std::string("got ") + device), std::string::npos) << ended.err;
  }
  EXPECT_FALSE(fs::exists(run_file("")));
}

TEST_F(TrainProgram, AnExistingRunIsRefusedResumedOrReplaced) {
  const std::string command = std::string("--config quick ") + kTiny;
  ASSERT_EQ(train(command + " --resume auto").code, 0);
  const Ended refused = train(command);
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("--overwrite"), std::string::npos);
  EXPECT_EQ(train(command + " --resume 10").code, 0);
  const Ended changed = train(command + " --resume auto data.k=2");
  EXPECT_EQ(changed.code, 2);
  EXPECT_NE(changed.err.find("data.k"), std::string::npos) << changed.err;
  EXPECT_EQ(train(command + " --resume 7").code, 3);
  EXPECT_EQ(train(command + " --overwrite data.k=2").code, 0);
  EXPECT_FALSE(fs::exists(run_file("superseded")));
}

TEST_F(TrainProgram, DryRunAndRefusalsWriteNothing) {
  const Ended dry = train(std::string("--config quick --dry-run ") + kTiny);
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("parameters"), std::string::npos);
  EXPECT_EQ(train("--config quick model.n_ctx=8").code, 2);
  EXPECT_EQ(train("--config quick training.checkpoint_steps=100000").code, 2);
  EXPECT_EQ(train("--config quick --resume yes").code, 2);
  EXPECT_EQ(train("--config quick --resume auto --overwrite").code, 2);
  EXPECT_EQ(train("--config no_such_config").code, 2);
  EXPECT_EQ(train("").code, 2);
  EXPECT_FALSE(fs::exists(run_file("")));
}

// GNU timeout sends a signal to the process and to its group: the second used to end the run before
// its checkpoint was written.
TEST_F(TrainProgram, ASignalKeepsTheRunAndTheNextOneGoesOn) {
  const std::string command = std::string("--config quick ") + kTiny +
                              " training.max_steps=1000000 training.eval_every=1000000"
                              " training.checkpoint_every=1000000";
  const Ended stopped = train(command, "timeout --preserve-status -s TERM 4");
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_NE(stopped.err.find("--resume auto"), std::string::npos);
  const auto json = nlohmann::json::parse(read_file(run_file("run.json")));
  EXPECT_EQ(json["status"], "interrupted");
  const int64_t steps = json["steps"];
  ASSERT_GT(steps, 0);
  const Ended again = train(command + " --resume auto", "timeout --preserve-status -s INT 4");
  EXPECT_EQ(again.code, 130) << again.err;
  const auto later = nlohmann::json::parse(read_file(run_file("run.json")));
  EXPECT_EQ(later["resumed_from"][0], steps);
  EXPECT_GT(later["steps"], steps);
}

TEST_F(TrainProgram, ADivergedRunNamesTensorCheckpointAndWhereAskedTheOperation) {
  // Without a norm the numbers grow by a large factor a layer.
  const std::string command = std::string("--config quick ") + kTiny +
                              " model.normalization_type=none model.n_layers=4 model.d_model=64"
                              " model.d_head=32 model.d_mlp=256 training.learning_rate=10"
                              " training.warmup_steps=0 training.clip_norm=0"
                              " training.checkpoint_every=1";
  const Ended ended = train(command);
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(ended.err.find("training step"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("checkpoints/step_"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("the gradient of "), std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find("arising at"), std::string::npos) << ended.err;
  const Ended again = train(command + " --resume auto --detect-anomaly");
  EXPECT_EQ(again.code, 1);
  EXPECT_NE(again.err.find("arising at "), std::string::npos) << again.err;
  EXPECT_NE(again.err.find("hook_"), std::string::npos) << again.err;
}

TEST_F(TrainProgram, ASecondOneOnTheSameRunIsRefusedAndTheFirstGoesOn) {
  const std::string command = std::string("--config quick --quiet ") + kTiny +
                              " training.max_steps=1000000 training.eval_every=1000000"
                              " training.checkpoint_every=1000000";
  Ended first;
  std::thread running(
      [&] { first = train(command, "timeout --preserve-status -s TERM 6", "first"); });
  while (!fs::exists(run_file("checkpoints/step_00000000.h5"))) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  for (const char* way : {" --resume auto", " --overwrite"}) {
    const Ended second = train(command + way);
    EXPECT_EQ(second.code, 1) << second.err;
    EXPECT_NE(second.err.find("no other process at training this run"), std::string::npos)
        << second.err;
  }
  running.join();
  EXPECT_EQ(first.code, 130) << first.err;
  EXPECT_FALSE(fs::exists(run_file("train.lock")));
  EXPECT_EQ(train(command + " --overwrite training.max_steps=5").code, 0);
}

TEST_F(TrainProgram, QuietSaysNothingAndAConfigMayHoldProbeKeys) {
  const Ended ended =
      train(std::string("--config quick --quiet probes.logit_lens.positions=query ") + kTiny);
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out + ended.err, "");
}

}  // namespace
}  // namespace kairo
