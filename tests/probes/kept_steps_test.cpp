// What a replay keeps of steps whose checkpoints are gone. They used to vanish from the record
// without a word, with exit code 0.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>

#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "core/store/checkpoint.h"
#include "probes/registry.h"
#include "probes/replay/replay.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

const std::vector<int64_t> kSteps = {0, 100, 200, 300, 400};

class KeptSteps : public testing::Test {
 protected:
  KeptSteps() {
    options_.n_examples = 12;
    replay_.say = [this](const std::string& text) { said_ += text; };
  }
  ProbeOutcome measure() {
    const auto points = find_checkpoints(run_.directory().checkpoints());
    Probe& probe = find_probe(probes_, "performance");
    return replay(run_.directory(), {&probe}, options_, points, replay_).probes.front();
  }
  std::string path() const { return run_.directory().record("performance", "default"); }
  Record record() const { return read_record(path()); }
  void remove_checkpoint(int64_t step) const { fs::remove(run_.directory().checkpoint(step)); }
  // As train --resume does with those behind the step it goes on from.
  std::string set_aside(int64_t step) const {
    const std::string folder = run_.directory().root() + "/superseded/1";
    create_folder(folder);
    const std::string file = folder + "/" + checkpoint_file_name(step);
    move_file(run_.directory().checkpoint(step), file);
    return file;
  }

  const tiny::Run run_{{}, kSteps};
  std::vector<std::unique_ptr<Probe>> probes_ = make_probes();
  ProbesOptions options_;
  ReplayOptions replay_;
  std::string said_;
};

TEST_F(KeptSteps, StayInTheRecordWithANote) {
  measure();
  const std::vector<double> before = record().quantities.front().mean;
  remove_checkpoint(300);
  EXPECT_EQ(measure().n_reused, 5);
  ASSERT_EQ(record().notes.size(), 1U);
  EXPECT_EQ(record().notes[0], "Step 300 was measured before its checkpoint was removed.");
  remove_checkpoint(100);
  EXPECT_EQ(measure().n_measured, 0);
  EXPECT_EQ(record().steps, kSteps);
  EXPECT_EQ(record().quantities.front().mean, before);
  ASSERT_EQ(record().notes.size(), 1U);
  EXPECT_EQ(record().notes[0],
            "2 steps from 100 to 300 were measured before their checkpoints were removed.");
  const std::string table = read_file(fs::path(path()).replace_extension(".csv"));
  EXPECT_NE(table.find("\n300,"), std::string::npos) << table;
  const std::string bytes = tiny::bytes(path());
  measure();
  EXPECT_EQ(tiny::bytes(path()), bytes);
}

TEST_F(KeptSteps, StayWhereAStoppedReplayHadMeasuredThem) {
  std::atomic<bool> stop{false};
  replay_.stop = &stop;
  replay_.progress = [&](int64_t done, int64_t) { stop = done >= 2; };
  measure();
  ASSERT_FALSE(fs::exists(path()));
  replay_.stop = nullptr;
  replay_.progress = nullptr;
  remove_checkpoint(100);
  const ProbeOutcome outcome = measure();
  EXPECT_EQ(outcome.n_measured, 3);
  EXPECT_EQ(outcome.n_reused, 2);
  EXPECT_EQ(record().steps, kSteps);
}

TEST_F(KeptSteps, GoWhereTheRunWasSetBackBehindThem) {
  measure();
  set_aside(400);
  measure();
  EXPECT_EQ(record().steps, (std::vector<int64_t>{0, 100, 200, 300}));
  EXPECT_NE(said_.find("step 400"), std::string::npos) << said_;
}

TEST_F(KeptSteps, StayWhereTheStepWasTrainedAgainToOtherWeights) {
  const std::string earlier = set_aside(400), later = run_.directory().checkpoint(400);
  Checkpoint checkpoint = read_checkpoint(earlier, CheckpointPart::kEverything);
  checkpoint.parameters.front().values.front() += 1;
  write_checkpoint(later, checkpoint);
  measure();
  fs::remove(later);
  measure();
  EXPECT_EQ(record().steps, kSteps);
}

TEST_F(KeptSteps, AreNotReplacedByMeasurementsOfOtherSettingsUnlessForced) {
  measure();
  const std::string bytes = tiny::bytes(path());
  options_.n_examples = 13;
  remove_checkpoint(300);
  try {
    measure();
    FAIL() << "a measurement that cannot be made again was replaced";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_NE(std::string(error.what()).find("step 300"), std::string::npos) << error.what();
  }
  EXPECT_EQ(tiny::bytes(path()), bytes);
  replay_.force = true;
  EXPECT_EQ(measure().n_measured, 4);
  EXPECT_EQ(record().steps, (std::vector<int64_t>{0, 100, 200, 400}));
}

TEST_F(KeptSteps, OtherSettingsReplaceWhatCanBeMeasuredAgain) {
  measure();
  options_.n_examples = 13;
  EXPECT_EQ(measure().n_measured, 5);
  EXPECT_EQ(record().key.n_examples, 13);
}

// --force used to delete the record first: stopped, it left nothing.
TEST_F(KeptSteps, AStoppedForcedReplayLeavesTheOldRecordAndGoesOn) {
  measure();
  const std::string bytes = tiny::bytes(path());
  const std::string table = read_file(fs::path(path()).replace_extension(".csv"));
  std::atomic<bool> stop{false};
  replay_.force = true;
  replay_.stop = &stop;
  replay_.progress = [&](int64_t done, int64_t) { stop = done >= 2; };
  EXPECT_EQ(measure().n_measured, 2);
  EXPECT_EQ(tiny::bytes(path()), bytes);
  EXPECT_EQ(read_file(fs::path(path()).replace_extension(".csv")), table);
  stop = false;
  replay_.progress = nullptr;
  const ProbeOutcome outcome = measure();
  EXPECT_EQ(outcome.n_measured, 3);
  EXPECT_EQ(outcome.n_reused, 2);
  EXPECT_EQ(tiny::bytes(path()), bytes);
  EXPECT_EQ(measure().n_measured, 5);  // a new call begins again
}

// --force --steps left only these steps in the record.
TEST_F(KeptSteps, StayInTheRecordIfOthersAreForced) {
  measure();
  remove_checkpoint(100);
  replay_.force = true;
  Probe& probe = find_probe(probes_, "performance");
  const auto points = select_steps(find_checkpoints(run_.directory().checkpoints()), "300");
  const ProbeOutcome outcome =
      replay(run_.directory(), {&probe}, options_, points, replay_).probes.front();
  EXPECT_EQ(outcome.n_measured, 1);
  EXPECT_EQ(record().steps, kSteps);
}

}  // namespace
}  // namespace kairo
