// A window replayed: the steps between two checkpoints are those of a run that kept every step, and
// what is not proven by a checkpoint of the run does not become one.
#include "training/refiner.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "core/files/failpoint.h"
#include "tests/training/tiny_run.h"
#include "training/run/run_record.h"
#include "training/run/run_start.h"
#include "training/this_machine.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;
using Steps = std::vector<int64_t>;

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
}

// Checkpoints at 0, 8, 16 and 24, an epoch of four batches, an evaluation every 6.
class Refine : public testing::Test {
 protected:
  RefineResult refine(TinyRun& run, const std::string& window, int64_t every = 1, int threads = 1) {
    const auto made = tiny_dataset(run.options());
    const Dataset& data = *made;
    RefineSetup setup;
    setup.options = run.options();
    setup.config_yaml = "config: tiny\n";
    setup.threads = threads;
    setup.stop = &stop_;
    setup.progress = [this](int64_t done, int64_t) { stop_ = done == stop_after_; };
    const RefinePlan plan = plan_refinement(run.directory(), refine_window(window, every));
    return kairo::refine(run.directory(), setup, data, plan);
  }
  // The content hash of its model part.
  std::string model_hash(Checkpoint checkpoint) const {
    checkpoint.has_optimizer = checkpoint.has_training = false;
    checkpoint.optimizer = {};
    checkpoint.training = {};
    return write_checkpoint(folder_.path() + "/model.h5", checkpoint);
  }
  void expect_no_unproven(const TinyRun& run) const {
    EXPECT_FALSE(fs::exists(unproven_folder(run.directory())));
  }
  static void change(const TinyRun& run, int64_t step,
                     const std::function<void(Checkpoint&)>& change) {
    Checkpoint checkpoint = run.checkpoint(step);
    change(checkpoint);
    write_checkpoint(run.directory().checkpoint(step), checkpoint);
  }

  std::atomic<bool> stop_{false};
  int64_t stop_after_ = -1;  // updates
  TemporaryFolder folder_;
};

TEST_F(Refine, GivesTheStepsOfARunThatKeptEveryOne) {
  RunOptions every_step = tiny_options();
  every_step.training.checkpoint_every = 1;
  TinyRun dense(every_step);
  dense.train();
  for (const int threads : {1, 2}) {
    TinyRun run;
    run.train();
    const RefineResult result = refine(run, "8:16", 1, threads);
    EXPECT_EQ(result.n_added, 7);
    EXPECT_EQ(result.n_proofs, 1);
    EXPECT_EQ(run.steps(), (Steps{0, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24}));
    for (const int64_t step : run.steps()) {
      EXPECT_EQ(model_hash(run.checkpoint(step)), model_hash(dense.checkpoint(step))) << step;
    }
    expect_no_unproven(run);
  }
}

TEST_F(Refine, KeepsTheModelAloneWithTheRunsWords) {
  TinyRun run;
  run.train();
  refine(run, "8:9");
  const Checkpoint added = run.checkpoint(9);
  EXPECT_FALSE(added.has_optimizer || added.has_training);
  EXPECT_EQ(added.model_json, run.checkpoint(8).model_json);
  EXPECT_EQ(added.experiment, "tiny");
  EXPECT_EQ(added.config_yaml, "config: tiny\n");
}

// The example of refiner.h.
TEST_F(Refine, TakesAnyWindowAndStrideWithinTheRun) {
  TinyRun run;
  run.train();
  const RefineResult result = refine(run, "5:19", 4);
  EXPECT_EQ(result.n_added, 4);
  EXPECT_EQ(result.n_proofs, 3);  // 8, 16, and 24, which proves 17
  EXPECT_EQ(run.steps(), (Steps{0, 5, 8, 9, 13, 16, 17, 24}));
}

TEST_F(Refine, LeavesWhatIsThereAsItIsAndDoesOnlyTheRest) {
  TinyRun run;
  run.train();
  const std::string before = read_file(run.directory().checkpoint(8));
  refine(run, "0:16", 2);
  const std::string refined = read_file(run.directory().checkpoint(10));
  // Begins at 8, for what is missing from 9 on; ends at the refined 12, which is the run's by now.
  const RefinePlan plan = plan_refinement(run.directory(), refine_window("8:12", 1));
  EXPECT_EQ(plan.missing, (Steps{9, 11}));
  EXPECT_EQ(plan.n_there, 3);
  EXPECT_EQ(plan.start.step, 8);
  EXPECT_EQ(plan.last_step(), 12);
  EXPECT_EQ(refine(run, "8:12", 1).n_proofs, 2);
  EXPECT_EQ(read_file(run.directory().checkpoint(8)), before);
  EXPECT_EQ(read_file(run.directory().checkpoint(10)), refined);
  EXPECT_TRUE(plan_refinement(run.directory(), refine_window("8:12", 1)).missing.empty());
}

// Checkpoints of weights and order of examples between the full ones are proofs too.
TEST_F(Refine, BeginsAtTheLastFullCheckpoint) {
  RunOptions options = tiny_options();
  options.training.checkpoint_every = 4;
  options.training.optimizer_state_every = 16;
  TinyRun run(options);
  run.train();
  const RefineResult result = refine(run, "10:11");
  EXPECT_EQ(result.n_added, 2);
  EXPECT_EQ(result.n_proofs, 3);
  EXPECT_EQ(plan_refinement(run.directory(), refine_window("17:19", 1)).start.step, 16);
  fs::remove(run.directory().checkpoint(0));
  expect_in(error_of(ErrorKind::kNotFound, [&] { refine(run, "13:14"); }),
            "optimiser state at or before step 13");
}

TEST_F(Refine, RefusesWindowsThatAreNone) {
  for (const char* text : {"", "5", "5:", ":7", "a:b", "7:5", "-1:3", "1:2:3", "1.5:2"}) {
    expect_in(error_of(ErrorKind::kUsage, [&] { refine_window(text, 1); }), "--refine");
  }
  for (const int64_t every : {0, -3}) {
    expect_in(error_of(ErrorKind::kUsage, [&] { refine_window("1:2", every); }), "--every");
  }
  TinyRun run;
  error_of(ErrorKind::kNotFound, [&] { plan_refinement(run.directory(), {0, 2, 1}); });
  run.train();
  // Nothing could prove what lies behind the last checkpoint.
  expect_in(error_of(ErrorKind::kUsage, [&] { refine(run, "20:25"); }), "0:24");
  fs::remove(run.directory().checkpoint(0));
  expect_in(error_of(ErrorKind::kUsage, [&] { refine(run, "4:12"); }), "8:24");
}

TEST_F(Refine, KeepsNothingBehindTheLastProvenStepWhereAWeightDiffers) {
  TinyRun run;
  run.train();
  change(run, 16, [](Checkpoint& c) { c.parameters[2].values[1] += 0.25f; });
  const std::string text = error_of(ErrorKind::kNumeric, [&] { refine(run, "1:20"); });
  expect_in(text, "step_00000016.h5");
  expect_in(text, run.checkpoint(16).parameters[2].name);
  expect_in(text, "by up to 0.25");
  expect_in(text, "threads do not matter");
  EXPECT_EQ(run.steps(), (Steps{0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 24}));
  expect_no_unproven(run);
}

TEST_F(Refine, HoldsOptimizerAndOrderOfExamplesAgainstTheRunToo) {
  const std::vector<std::pair<std::string, std::function<void(Checkpoint&)>>> changes = {
      {"exp_avg/", [](Checkpoint& c) { c.optimizer.states["exp_avg"][0].values[0] += 1; }},
      {"data_cursor", [](Checkpoint& c) { c.training.integers["data_cursor"][0] += 1; }}};
  for (const auto& [named, how] : changes) {
    TinyRun run;
    run.train();
    change(run, 16, how);
    expect_in(error_of(ErrorKind::kNumeric, [&] { refine(run, "9:15"); }), named);
    EXPECT_EQ(run.steps(), (Steps{0, 8, 16, 24}));
  }
}

// Checkpoints used to hold the epoch's order and no number of examples.
TEST_F(Refine, GoesOnInARunWhoseCheckpointsAreOlder) {
  TinyRun run;
  run.train();
  for (const int64_t step : {0, 8, 16, 24}) {
    change(run, step, [](Checkpoint& c) {
      const int64_t n = c.training.integers["data_examples"][0];
      c.training.integers.erase("data_examples");
      c.training.integers["data_order"] = std::vector<int64_t>(n);
    });
  }
  refine(run, "9:15");
  EXPECT_EQ(run.steps(), (Steps{0, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24}));
}

// Sums over evaluations are no part of a replay, which evaluates nothing.
TEST_F(Refine, DoesNotAskForWhatEvaluationsAdd) {
  TinyRun run;
  run.train();
  change(run, 16, [](Checkpoint& c) { c.training.reals["running_loss_sum"][0] += 1; });
  EXPECT_EQ(refine(run, "9:15").n_added, 7);
}

TEST_F(Refine, AStartOfAnotherRunIsFoundOut) {
  TinyRun run;
  run.train();
  change(run, 8, [](Checkpoint& c) { c.optimizer.states["exp_avg_sq"][0].values[0] += 1; });
  expect_in(error_of(ErrorKind::kNumeric, [&] { refine(run, "9:15"); }), "replay from step 8");
  EXPECT_EQ(run.steps(), (Steps{0, 8, 16, 24}));
}

TEST_F(Refine, ADamagedCheckpointOnTheWayIsNamed) {
  TinyRun run;
  run.train();
  std::fstream(run.directory().checkpoint(16), std::ios::in | std::ios::out | std::ios::binary)
      .seekp(5000)
      .write("damage", 6);
  expect_in(error_of(ErrorKind::kCorrupt, [&] { refine(run, "9:20"); }), "step_00000016.h5");
  EXPECT_EQ(run.steps(), (Steps{0, 8, 16, 24}));
  expect_no_unproven(run);
}

TEST_F(Refine, StoppedKeepsWhatIsProvenAndGoesOn) {
  TinyRun run;
  run.train();
  stop_after_ = 12;
  EXPECT_TRUE(refine(run, "1:15").was_stopped);
  EXPECT_EQ(run.steps(), (Steps{0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 24}));
  expect_no_unproven(run);
  stop_after_ = -1;
  stop_ = false;
  EXPECT_EQ(refine(run, "1:15").n_added, 7);
  EXPECT_EQ(run.steps().size(), 18U);
}

// Whatever call fails, checkpoints/ holds what is proven and the same refinement goes on.
TEST_F(Refine, ADiskThatFailsLosesNothing) {
  TinyRun run;
  run.train();
  int n_failed = 0;
  for (int call = 1;; call += 5) {
    for (const int64_t step : run.steps()) {
      if (step % 8 != 0) fs::remove(run.directory().checkpoint(step));
    }
    set_failpoint("ENOSPC:" + std::to_string(call));
    std::string failed;
    try {
      refine(run, "0:24", 4);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kIo);
      failed = error.what();
    }
    set_failpoint("");
    expect_no_unproven(run);
    for (const int64_t step : run.steps()) EXPECT_NO_THROW(run.checkpoint(step));
    if (failed.empty()) break;
    expect_in(failed, "No space left on device");
    ++n_failed;
    if (!plan_refinement(run.directory(), {0, 24, 4}).missing.empty()) refine(run, "0:24", 4);
    EXPECT_EQ(run.steps(), (Steps{0, 4, 8, 12, 16, 20, 24}));
  }
  EXPECT_GE(n_failed, 4);
}

TEST_F(Refine, WhatAKilledOneLeftIsNobodysInput) {
  TinyRun run;
  run.train();
  const std::string folder = unproven_folder(run.directory());
  const auto leave = [&] {
    create_folder(folder);
    fs::copy_file(run.directory().checkpoint(16), folder + "/step_00000009.h5");
  };
  leave();
  refine(run, "9:10");
  EXPECT_EQ(run.checkpoint(9).step, 9);
  expect_no_unproven(run);
  leave();
  run.train(1, 16);
  expect_no_unproven(run);
}

TEST_F(Refine, ARunIsResumedAfterItAsBefore) {
  TinyRun whole, run;
  whole.train();
  run.train(1, {}, 20);
  // What the interruption kept at step 20 is no checkpoint of the trajectory: nothing is proven by
  // it.
  EXPECT_THROW(refine(run, "9:19"), Error);
  refine(run, "9:15");
  EXPECT_EQ(find_start(run.directory(), {StartMode::kResumeAuto}).checkpoint->step, 20);
  run.train(2, 20);
  for (const int64_t step : whole.steps()) {
    EXPECT_EQ(run.checkpoint(step).content_hash, whole.checkpoint(step).content_hash) << step;
  }
  // Back to a step within the window: what was refined behind it is moved aside with the rest.
  refine(run, "1:7");
  run.train(1, 8);
  EXPECT_EQ(run.steps(), (Steps{0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 24}));
  EXPECT_EQ(run.checkpoint(24).content_hash, whole.checkpoint(24).content_hash);
}

// Was: the machine that made the last updates was compared, whichever window was replayed.
TEST_F(Refine, AnErrorNamesWhatTheMachineOfTheWindowHadElse) {
  TinyRun run;
  run.train();
  Machine other = this_machine();
  other.kernels = "others";
  RunRecord record;
  begin_stretch(record, 0, other);
  begin_stretch(record, 8, this_machine());
  write_run_record(run.directory().run_file(), record);
  for (const int64_t step : {8, 24}) {
    change(run, step, [](Checkpoint& c) { c.parameters[2].values[1] += 0.25f; });
  }
  expect_in(error_of(ErrorKind::kNumeric, [&] { refine(run, "1:7"); }),
            "the run had kernels others");
  expect_in(error_of(ErrorKind::kNumeric, [&] { refine(run, "17:20"); }), "these are the run's");
}

TEST(DifferingParts, NamesEveryPartThatIsAnother) {
  Checkpoint one;
  one.parameters = {{"a", {2}, {1, 0}}, {"b", {1}, {1}}};
  Checkpoint other = one;
  EXPECT_TRUE(differing_parts(one, other).empty());
  other.parameters[0].values[1] = -0.0f;  // equal as a number
  other.parameters[1].shape = {1, 1};
  EXPECT_EQ(differing_parts(one, other), (std::vector<std::string>{"a", "b"}));
  other.parameters = {one.parameters[0], {"c", {1}, {1}}};
  EXPECT_EQ(differing_parts(one, other), (std::vector<std::string>{"b", "c"}));
}

}  // namespace
}  // namespace kairo
