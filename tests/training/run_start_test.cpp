#include "training/run/run_start.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "core/store/metrics.h"
#include "tests/training/tiny_run.h"
#include "training/run/metrics_log.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

void damage(const std::string& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(5000);
  file.write("damage", 6);
  ASSERT_TRUE(file.good()) << path;
}

TEST(RunStart, AnExistingRunIsRefusedNamingBothWaysOut) {
  TinyRun run;
  EXPECT_FALSE(find_start(run.directory(), {}).checkpoint.has_value());
  run.train();
  const std::string text = error_of(ErrorKind::kUsage, [&] { find_start(run.directory(), {}); });
  EXPECT_NE(text.find("--resume"), std::string::npos);
  EXPECT_NE(text.find("--overwrite"), std::string::npos);
}

TEST(RunStart, AutoStartsFreshWhereNothingIsAndTakesTheNewestElse) {
  TinyRun run;
  EXPECT_FALSE(find_start(run.directory(), {StartMode::kResumeAuto}).checkpoint.has_value());
  run.train();
  EXPECT_EQ(find_start(run.directory(), {StartMode::kResumeAuto}).checkpoint->step, 24);
}

TEST(RunStart, AutoPassesOverDamagedAndPartialCheckpointsWithAWarning) {
  RunOptions options = tiny_options();
  options.training.optimizer_state_every = 24;
  options.training.checkpoint_every = 6;
  TinyRun run(options);
  run.train(1, {}, 20);
  damage(run.directory().interrupted_checkpoint(20));
  const Start start = find_start(run.directory(), {StartMode::kResumeAuto});
  EXPECT_EQ(start.checkpoint->step, 0);
  ASSERT_EQ(start.warnings.size(), 4u);  // 20 is damaged; 18, 12 and 6 lack the optimiser
  EXPECT_NE(start.warnings[0].find("interrupted_00000020.h5"), std::string::npos);
}

TEST(RunStart, AutoRefusesWhereNoCheckpointCanBeResumed) {
  TinyRun run;
  run.train(1, {}, 2);
  damage(run.directory().checkpoint(0));
  damage(run.directory().interrupted_checkpoint(2));
  error_of(ErrorKind::kCorrupt, [&] { find_start(run.directory(), {StartMode::kResumeAuto}); });
}

// Was: the run was trained anew, and its metrics dropped.
TEST(RunStart, AutoRefusesWhereTheCheckpointsOfARunAreGone) {
  TinyRun run;
  run.train(1, {}, 2);
  fs::remove_all(run.directory().checkpoints());
  const auto start = [&] { return find_start(run.directory(), {StartMode::kResumeAuto}); };
  // Only step 0 was measured: killed before its checkpoint stood, a run begins anew.
  EXPECT_FALSE(start().checkpoint.has_value());
  MetricsLog(run.directory().metrics_file()).append(6, {{"loss", 1}});
  const std::string text = error_of(ErrorKind::kNotFound, start);
  EXPECT_NE(text.find("up to step 6"), std::string::npos) << text;
  EXPECT_NE(text.find("--overwrite"), std::string::npos) << text;
}

TEST(RunStart, AutoRefusesAFolderThatItCannotRead) {
  TinyRun run;
  run.train(1, {}, 2);
  const std::string folder = run.directory().checkpoints();
  fs::remove_all(folder);
  fs::create_symlink(folder, folder);  // no user can follow it, not even root
  const std::string text =
      error_of(ErrorKind::kIo, [&] { find_start(run.directory(), {StartMode::kResumeAuto}); });
  EXPECT_NE(text.find(folder), std::string::npos) << text;
}

TEST(RunStart, AStepMustBeThereAndWhole) {
  TinyRun run;
  error_of(ErrorKind::kNotFound, [&] { find_start(run.directory(), {StartMode::kResumeStep, 8}); });
  run.train();
  EXPECT_EQ(find_start(run.directory(), {StartMode::kResumeStep, 8}).checkpoint->step, 8);
  error_of(ErrorKind::kNotFound, [&] { find_start(run.directory(), {StartMode::kResumeStep, 9}); });
  damage(run.directory().checkpoint(8));
  error_of(ErrorKind::kCorrupt, [&] { find_start(run.directory(), {StartMode::kResumeStep, 8}); });
}

TEST(RunStart, ResumeReadsAutoOrAStep) {
  EXPECT_EQ(resume_request("auto").mode, StartMode::kResumeAuto);
  EXPECT_EQ(resume_request("400").mode, StartMode::kResumeStep);
  EXPECT_EQ(resume_request("400").step, 400);
  for (const char* text : {"", "-1", "4x", "last", "1e3", "99999999999999999999"}) {
    error_of(ErrorKind::kUsage, [&] { resume_request(text); });
  }
}

TEST(RunStart, LaterCheckpointsAreMovedAsideEachTimeAndLaterMetricsDropped) {
  TinyRun run;
  run.train();
  const std::string last = run.checkpoint(24).content_hash;
  run.train(1, 8);
  run.train(1, 16);
  const fs::path aside = fs::path(run.directory().root()) / "superseded";
  EXPECT_TRUE(fs::exists(aside / "1" / "step_00000016.h5"));
  EXPECT_TRUE(fs::exists(aside / "1" / "step_00000024.h5"));
  EXPECT_TRUE(fs::exists(aside / "2" / "step_00000024.h5"));
  EXPECT_FALSE(fs::exists(aside / "2" / "step_00000016.h5"));
  const std::string moved = (aside / "1" / "step_00000024.h5").string();
  EXPECT_EQ(read_checkpoint(moved, CheckpointPart::kEverything).content_hash, last);
  const Metrics metrics = read_metrics(run.directory().metrics_file());
  EXPECT_EQ(metrics.steps, (std::vector<int64_t>{0, 6, 12, 18, 24}));
}

TEST(RunStart, OverwriteRemovesARunsOwnFilesAndNothingElse) {
  TinyRun run;
  run.train();
  const fs::path root = run.directory().root();
  std::ofstream(root / "notes.txt") << "mine";
  fs::create_directories(root / "probes" / "logit_lens");
  prepare_folder(run.directory(), {StartMode::kOverwrite}, {}, *tiny_dataset(run.options()));
  EXPECT_TRUE(fs::exists(root / "notes.txt"));
  EXPECT_FALSE(fs::exists(root / "probes"));
  EXPECT_FALSE(fs::exists(root / "metrics.jsonl"));
  EXPECT_TRUE(fs::is_empty(root / "checkpoints"));
}

TEST(RunStart, RefusesToGoOnWithAnotherDatasetBeforeTouchingAnything) {
  TinyRun run;
  run.train();
  const Start start = find_start(run.directory(), {StartMode::kResumeStep, 8});
  RunOptions other = tiny_options();
  other.experiment.seed = 5;
  const auto made = tiny_dataset(other);
  const Dataset& data = *made;
  error_of(ErrorKind::kCorrupt, [&] {
    prepare_folder(run.directory(), {StartMode::kResumeStep, 8}, start, data);
  });
  EXPECT_EQ(run.steps().back(), 24);
}

TEST(MetricsLog, DropsLaterLinesAndACutOne) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/metrics.jsonl";
  MetricsLog(path).append(0, {{"loss", 3.5}, {"accuracy", 0.25}});
  MetricsLog(path).append(10, {{"loss", std::nan("")}});
  MetricsLog(path).append(20, {{"loss", 1}});
  std::ofstream(path, std::ios::app) << "{\"step\": 30, \"lo";
  drop_metrics_after(path, 10);
  EXPECT_EQ(read_file(path),
            "{\"step\":0,\"loss\":3.5,\"accuracy\":0.25}\n{\"step\":10,\"loss\":null}\n");
  drop_metrics_after(folder.path() + "/none.jsonl", 10);
  EXPECT_FALSE(fs::exists(folder.path() + "/none.jsonl"));
}

TEST(MetricsLog, RefusesABadLineInTheMiddle) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/metrics.jsonl";
  std::ofstream(path) << "{\"step\": 0}\nnonsense\n{\"step\": 2}\n";
  const std::string text = error_of(ErrorKind::kCorrupt, [&] { drop_metrics_after(path, 1); });
  EXPECT_NE(text.find("metrics.jsonl:2"), std::string::npos);
}

TEST(MetricsLog, RefusesAFolderThatIsNotThere) {
  error_of(ErrorKind::kIo, [] { MetricsLog("/no/such/folder/metrics.jsonl"); });
}

}  // namespace
}  // namespace kairo
