// Several programs on one run at the same time.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "core/files/work_lock.h"
#include "core/store/record.h"
#include "core/store/run_directory.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr auto kNowhere = std::string::npos;

class TwoAtOnce : public testing::Test {
 protected:
  std::string folder(const std::string& name) const { return runner_.folder() + "/" + name; }
  RunDirectory run_in(const std::string& name) const { return {folder(name), "quick"}; }
  std::string train(const std::string& name, const std::string& overrides) const {
    return "--config quick --quiet" + kTinyRun + overrides + " --output-dir '" + folder(name) + "'";
  }
  std::string analyze(const std::string& name, const std::string& flags = "--quiet") const {
    return "--experiment quick " + flags + " --output-dir '" + folder(name) + "'";
  }

  ProgramRunner runner_;
};

TEST_F(TwoAtOnce, AnalyzesDoNoHarm) {
  for (const char* name : {"one", "two"}) {
    ASSERT_EQ(runner_.run("train", train(name, " training.max_steps=20")).code, 0);
  }
  ASSERT_EQ(runner_.run("analyze", analyze("one")).code, 0);
  // Both wait, for this test or for each other, before either has measured anything.
  const std::string lock_file = run_in("two").record_lock("performance", "default");
  create_folder(fs::path(lock_file).parent_path().string());
  auto lock = std::make_unique<WorkLock>(lock_file);
  lock->take("keeping both waiting");
  RunningProgram first(runner_, "analyze", analyze("two", ""));
  RunningProgram second(runner_, "analyze", analyze("two", ""));
  for (RunningProgram* each : {&first, &second}) {
    const auto waits = [&] { return each->said().find("waiting for ") != kNowhere; };
    ASSERT_TRUE(comes_true(waits, *each)) << each->said();
  }
  lock.reset();
  for (RunningProgram* each : {&first, &second}) {
    const ProgramEnd end = each->wait();
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
  RunningProgram training(runner_, "train",
                          train("run",
                                " training.max_steps=1000000 training.checkpoint_every=20"
                                " training.eval_every=20 training.stop_when_solved=0"));
  const RunDirectory run = run_in("run");
  std::size_t n_steps = 0;
  for (int64_t step = 20; step <= 60; step += 20) {
    const auto is_kept = [&] { return fs::exists(run.checkpoint(step)); };
    ASSERT_TRUE(comes_true(is_kept, training)) << training.said();
    const ProgramEnd end = runner_.run("analyze", analyze("run") + " --steps :200");
    EXPECT_EQ(end.code, 0) << end.err;
    const ProgramEnd verify =
        runner_.run("verify", "--checkpoints '" + run.checkpoints() + "' --quiet");
    EXPECT_TRUE(verify.code == 0) << verify.out << verify.err;
    const Record record = read_record(run.record("performance", "default"));
    EXPECT_GE(record.steps.size(), std::max<std::size_t>(2, n_steps));
    n_steps = record.steps.size();
  }
  training.interrupt();
  EXPECT_EQ(training.wait().code, 130);
}

}  // namespace
}  // namespace kairo
