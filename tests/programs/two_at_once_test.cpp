// Several programs on one run at the same time.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/store/record.h"
#include "core/store/run_directory.h"
#include "core/store/trajectory.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

class TwoAtOnce : public testing::Test {
 protected:
  std::string folder(const std::string& name) const { return runner_.folder() + "/" + name; }
  RunDirectory run_in(const std::string& name) const { return {folder(name), "quick"}; }
  std::string train(const std::string& name, const std::string& overrides) const {
    return "--config quick --quiet" + kTinyRun + overrides + " --output-dir '" + folder(name) + "'";
  }
  std::string analyze(const std::string& name) const {
    return "--experiment quick --quiet --output-dir '" + folder(name) + "'";
  }

  ProgramRunner runner_;
};

TEST_F(TwoAtOnce, AnalyzesDoNoHarm) {
  for (const char* name : {"one", "two"}) {
    ASSERT_EQ(runner_.run("train", train(name, " training.max_steps=20")).code, 0);
  }
  ASSERT_EQ(runner_.run("analyze", analyze("one")).code, 0);
  const pid_t first = runner_.start("analyze", analyze("two"));
  const pid_t second = runner_.start("analyze", analyze("two"));
  for (const pid_t each : {first, second}) {
    const ProgramEnd end = runner_.wait(each);
    EXPECT_EQ(end.code, 0) << end.err;
  }
  for (const char* file : {"figures/dashboard.png", "probes/logit_lens/default.h5",
                           "probes/causal_patching/default.csv"}) {
    EXPECT_TRUE(read_file(run_in("one").root() + "/" + file) ==
                read_file(run_in("two").root() + "/" + file))
        << file;
  }
  for (const auto& entry : fs::recursive_directory_iterator(run_in("two").root())) {
    EXPECT_NE(entry.path().extension(), ".lock") << entry.path();
  }
}

TEST_F(TwoAtOnce, ARunIsReadWhileItTrains) {
  const pid_t training =
      runner_.start("train", train("run",
                                   " training.max_steps=1000000 training.checkpoint_every=20"
                                   " training.eval_every=20 training.stop_when_solved=0"));
  const RunDirectory run = run_in("run");
  const auto wait_for = [&](int64_t step) {
    while (!fs::exists(run.checkpoint(step))) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  };
  std::size_t n_steps = 0;
  for (int64_t step = 20; step <= 60; step += 20) {
    wait_for(step);
    const ProgramEnd end = runner_.run("analyze", analyze("run") + " --steps :200");
    EXPECT_EQ(end.code, 0) << end.err;
    const ProgramEnd verify =
        runner_.run("verify", "--checkpoints '" + run.checkpoints() + "' --quiet");
    EXPECT_TRUE(verify.code == 0) << verify.out << verify.err;
    const Record record = read_record(run.record("performance", "default"));
    EXPECT_GE(record.steps.size(), std::max<std::size_t>(2, n_steps));
    n_steps = record.steps.size();
  }
  ::kill(training, SIGTERM);
  EXPECT_EQ(runner_.wait(training).code, 130);
}

}  // namespace
}  // namespace kairo
