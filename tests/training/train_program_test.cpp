// The program as a user meets it: exit codes, messages, files.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/store/atomic_file.h"
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
  Ended train(const std::string& arguments, const std::string& prefix = "") {
    const std::string out = folder_.path() + "/out", err = folder_.path() + "/err";
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

TEST_F(TrainProgram, QuietSaysNothingAndAConfigMayHoldProbeKeys) {
  const Ended ended =
      train(std::string("--config quick --quiet probes.logit_lens.positions=query ") + kTiny);
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out + ended.err, "");
}

}  // namespace
}  // namespace kairo
