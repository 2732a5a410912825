// train --refine and analyze --refine as a user meets them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/store/checkpoint.h"
#include "core/store/run_directory.h"
#include "core/store/trajectory.h"
#include "tests/paths.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;
using Steps = std::vector<int64_t>;

// Checkpoints at 0, 2, 4 and 6; 40 updates that learn something, with one every 10.
const std::string kShort = "--config quick --quiet" + kTinyRun;
const std::string kLearning = kShort +
                              "training.max_steps=40 training.checkpoint_every=10"
                              " training.learning_rate=0.01 ";

class RefineProgram : public testing::Test {
 protected:
  ProgramEnd run(const std::string& program, const std::string& arguments) const {
    return runner_.run(program, arguments + where("runs"));
  }
  std::string where(const std::string& base) const {
    return " --output-dir '" + runner_.folder() + "/" + base + "'";
  }
  RunDirectory directory(const std::string& base = "runs") const {
    return {runner_.folder() + "/" + base, "quick"};
  }
  Steps steps(const std::string& base = "runs") const {
    Steps all;
    for (const TrajectoryPoint& point : find_checkpoints(directory(base).checkpoints())) {
      all.push_back(point.step);
    }
    return all;
  }
  static void expect(const ProgramEnd& end, int code, const std::vector<std::string>& words) {
    EXPECT_EQ(end.code, code) << end.out << end.err;
    for (const std::string& each : words) {
      EXPECT_NE((end.out + end.err).find(each), std::string::npos) << each << " in\n"
                                                                   << end.out << end.err;
    }
  }
  // report.json's entry of an event.
  nlohmann::json event(const std::string& name) const {
    const auto report = nlohmann::json::parse(read_file(directory().report("json")));
    for (const auto& each : report.at("transitions")) {
      if (each.at("name") == name) return each;
    }
    ADD_FAILURE() << "no event " << name;
    return {};
  }

  ProgramRunner runner_;
};

TEST_F(RefineProgram, AddsStepsAndChangesNothingElse) {
  ASSERT_EQ(run("train", kShort).code, 0);
  const std::string record = read_file(directory().run_file());
  const std::string metrics = read_file(directory().metrics_file());
  expect(run("train", "--experiment quick --refine 1:5 --dry-run"), 0,
         {"6 updates from step 0 to 6, 3 checkpoints to make, 2 there already"});
  EXPECT_EQ(steps(), (Steps{0, 2, 4, 6}));
  expect(run("train", "--experiment quick --refine 1:5"), 0,
         {"3 checkpoints added", "the replay reproduced 3 of the run exactly",
          "analyze --experiment quick"});
  EXPECT_EQ(steps(), (Steps{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(read_file(directory().run_file()), record);
  EXPECT_EQ(read_file(directory().metrics_file()), metrics);
  EXPECT_NE(read_file(directory().log_file()).find("refining 1:5 every 1"), std::string::npos);
  EXPECT_FALSE(fs::exists(directory().train_lock()));
  expect(run("verify", "--experiment quick"), 0, {"7 checkpoints, steps 0 to 6"});
  expect(run("train", "--experiment quick --refine 1:5"), 0, {"nothing to do"});
  expect(run("train", kShort + "--resume auto"), 0, {});
}

TEST_F(RefineProgram, ARunMayBeNamedByItsConfigWhichMustBeItsOwn) {
  ASSERT_EQ(run("train", kShort).code, 0);
  expect(run("train", kShort + "--refine 2:4 data.k=2"), 2, {"data.k"});
  expect(run("train", kShort + "--refine 2:4 --threads 1"), 0, {});
  EXPECT_EQ(steps(), (Steps{0, 2, 3, 4, 6}));
}

TEST_F(RefineProgram, RefusesWhatMakesNoSense) {
  ASSERT_EQ(run("train", kShort).code, 0);
  const std::vector<std::pair<std::string, std::string>> refused = {
      {"--refine 2:4", "is missing"},
      {"--experiment quick --config quick --refine 2:4", "exclude each other"},
      {"--experiment quick --refine 2:4 --resume auto", "--resume"},
      {"--experiment quick --refine 2:4 --device cpu", "--device"},
      {"--experiment quick --refine 4:2", "A not above B"},
      {"--experiment quick --refine 2:4 --every 0", "--every"},
      {"--experiment quick --refine 2:9", "0:6"},
      {"--experiment quick --refine 2:4 training.learning_rate=1", "training.learning_rate"},
      {"--config quick --every 2", "--refine A:B"},
      {"--experiment quick", "--refine A:B"}};
  for (const auto& [arguments, said] : refused) expect(run("train", arguments), 2, {said});
  expect(run("train", "--experiment none --refine 2:4"), 3, {"quick"});
  expect(run("analyze", "--experiment quick --refine onst"), 2, {"did you mean onset"});
  expect(run("analyze", "--experiment quick --every 2"), 2, {"--refine EVENT"});
  expect(run("analyze", "--experiment quick --refine all --steps 0"), 2, {"--steps"});
  EXPECT_EQ(steps(), (Steps{0, 2, 4, 6}));
}

TEST_F(RefineProgram, AnotherTrajectoryIsALoudErrorAndAddsNothing) {
  ASSERT_EQ(run("train", kShort).code, 0);
  Checkpoint changed = read_checkpoint(directory().checkpoint(4), CheckpointPart::kEverything);
  changed.parameters[0].values[0] += 0.5f;
  write_checkpoint(directory().checkpoint(4), changed);
  expect(run("train", "--experiment quick --refine 3:5"), 1,
         {"step_00000004.h5", "the replay from step 2", "instruction set"});
  EXPECT_EQ(steps(), (Steps{0, 2, 4, 6}));
}

// The process ends at a call: what is in checkpoints/ then is proven, and the same command goes on.
TEST_F(RefineProgram, KilledAtAnyCallItGoesOn) {
  ASSERT_EQ(run("train", kShort).code, 0);
  fs::copy(runner_.folder() + "/runs", runner_.folder() + "/fresh", fs::copy_options::recursive);
  ASSERT_EQ(run("train", "--experiment quick --quiet --refine 0:6").code, 0);
  const char* how[] = {"die-before:", "die-within:", "die-after:"};
  int n_died = 0;
  for (int call = 1;; call += 7) {
    const std::string base = "killed" + std::to_string(call);
    fs::copy(runner_.folder() + "/fresh", runner_.folder() + "/" + base,
             fs::copy_options::recursive);
    const std::string refine = "--experiment quick --quiet --refine 0:6" + where(base);
    const std::string at = how[n_died % 3] + std::to_string(call);
    SCOPED_TRACE(at);
    const ProgramEnd end =
        runner_.shell("KAIRO_FAILPOINT=" + at + " '" + bin_dir() + "/train' " + refine);
    for (const int64_t step : steps(base)) {
      EXPECT_EQ(read_file(directory(base).checkpoint(step)),
                read_file(directory().checkpoint(step)));
    }
    if (end.code == 0) break;  // past the last call
    EXPECT_EQ(end.code, kKilled) << end.err;
    ++n_died;
    expect(runner_.run("train", refine), 0, {});
    EXPECT_EQ(steps(base), (Steps{0, 1, 2, 3, 4, 5, 6}));
    EXPECT_FALSE(fs::exists(directory(base).root() + "/unproven"));
    for (const auto& entry : fs::directory_iterator(directory(base).checkpoints())) {
      EXPECT_TRUE(step_in_name(entry.path().string())) << entry.path();
    }
  }
  EXPECT_GE(n_died, 3);
}

TEST_F(RefineProgram, AnalyzePutsAnEventBetweenTwoSteps) {
  ASSERT_EQ(run("train", kLearning).code, 0);
  const std::string analyze =
      "--experiment quick --probes performance,z_shuffle transitions.loss_fraction_of_first=0.8 ";
  const std::string refine = analyze + "--refine first_target_loss_first ";
  ASSERT_EQ(run("analyze", analyze + "--quiet").code, 0);
  const auto before = event("first_target_loss_first");
  ASSERT_EQ(before.at("step").get<int64_t>() - before.at("after").get<int64_t>(), 10) << before;
  expect(run("analyze", refine + "--dry-run"), 0,
         {"before refinement", "would replay 10 updates", "9 checkpoints to make"});
  expect(run("analyze", refine), 0, {"before refinement", "first-target loss < 0.8 of first"});
  const auto after = event("first_target_loss_first");
  EXPECT_EQ(after.at("step").get<int64_t>() - after.at("after").get<int64_t>(), 1) << after;
  EXPECT_GE(after.at("after"), before.at("after"));
  EXPECT_LE(after.at("step"), before.at("step"));
  EXPECT_EQ(after.at("spacing"), 10);
  EXPECT_EQ(after.at("n_steps"), 14);
  EXPECT_EQ(steps().size(), 14U);
  expect(run("analyze", analyze + "--dry-run"), 0, {"0 steps to measure, 14 there already"});
  expect(run("analyze", refine), 0, {"nothing to refine: known to the step already"});
}

TEST_F(RefineProgram, AnEventThatDidNotHappenIsSaidAndNoFailure) {
  ASSERT_EQ(run("train", kShort).code, 0);
  expect(run("analyze", "--experiment quick --probes z_shuffle --refine onset"), 0,
         {"z gap > 0.5 nats", "nothing to refine: none in the records up to step 6"});
  EXPECT_TRUE(fs::exists(directory().report("md")));
  EXPECT_EQ(steps(), (Steps{0, 2, 4, 6}));
}

}  // namespace
}  // namespace kairo
