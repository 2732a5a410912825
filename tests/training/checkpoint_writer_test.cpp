#include "training/run/checkpoint_writer.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <future>
#include <limits>

#include "core/base/error.h"
#include "core/kernels/process_setup.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/training/tiny_run.h"
#include "training/learner.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

Checkpoint small_checkpoint() {
  Checkpoint checkpoint;
  checkpoint.model_json = "{}";
  checkpoint.parameters = {{"W", {2}, {1, 2}}};
  return checkpoint;
}

std::string text_of(const std::function<void()>& throwing) {
  try {
    throwing();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// Ends this process: 0 where a thread whose stack no address space has room for was refused with
// the cause.
[[noreturn]] void start_with_too_large_a_stack() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, std::size_t{1} << 47);
  pthread_setattr_default_np(&attributes);
  try {
    const CheckpointWriter writer;
  } catch (const Error& error) {
    const std::string text = error.what();
    const bool says_all = error.kind() == ErrorKind::kIo &&
                          text.find("Resource temporarily unavailable") != std::string::npos;
    _exit(says_all ? 0 : 2);
  }
  _exit(3);
}

// Was: an "internal error", which tells the user nothing.
TEST(CheckpointWriter, AThreadThatCannotBeStartedIsAnErrorWithTheCause) {
  // In a process begun anew: a fork of one with threads may find their locks taken.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(start_with_too_large_a_stack(), testing::ExitedWithCode(0), "");
}

TEST(CheckpointWriter, NamesAFullCheckpointOnlyWhenItStands) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/a.h5";
  std::promise<void> go;
  CheckpointWriter writer;
  writer.start({path, true, [&] {
                  go.get_future().wait();
                  return small_checkpoint();
                }});
  EXPECT_EQ(writer.newest_full(), "");
  EXPECT_FALSE(std::filesystem::exists(path));
  go.set_value();
  writer.wait();
  EXPECT_EQ(writer.newest_full(), path);
  EXPECT_EQ(read_checkpoint(path, CheckpointPart::kEverything).parameters[0].values,
            (std::vector<float>{1, 2}));
}

TEST(CheckpointWriter, ACheckpointWithoutOptimizerIsNoFullOne) {
  const TemporaryFolder folder;
  CheckpointWriter writer;
  writer.start({folder.path() + "/a.h5", false, small_checkpoint});
  writer.wait();
  EXPECT_EQ(writer.newest_full(), "");
}

TEST(CheckpointWriter, TheNextWaitsForTheOneBefore) {
  const TemporaryFolder folder;
  const std::string first = folder.path() + "/a.h5", second = folder.path() + "/b.h5";
  CheckpointWriter writer;
  writer.start({first, false, [] {
                  std::this_thread::sleep_for(std::chrono::milliseconds(50));
                  return small_checkpoint();
                }});
  writer.start({second, false, small_checkpoint});
  EXPECT_TRUE(std::filesystem::exists(first));
  writer.wait();
  EXPECT_TRUE(std::filesystem::exists(second));
}

TEST(CheckpointWriter, AFailureIsThrownOnceNamingTheFile) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/missing/a.h5";
  CheckpointWriter writer;
  writer.start({path, true, small_checkpoint});
  EXPECT_NE(text_of([&] { writer.wait(); }).find(path), std::string::npos);
  EXPECT_NO_THROW(writer.wait());
  EXPECT_EQ(writer.newest_full(), "");
}

TEST(CheckpointWriter, WhateverGatheringThrowsNamesTheFile) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/a.h5";
  CheckpointWriter writer;
  writer.start({path, false, []() -> Checkpoint { throw std::runtime_error("no room"); }});
  const std::string text = text_of([&] { writer.start({path, false, small_checkpoint}); });
  EXPECT_NE(text.find(path), std::string::npos) << text;
  EXPECT_NE(text.find("no room"), std::string::npos) << text;
  EXPECT_FALSE(std::filesystem::exists(path)) << "start() goes on after a failure";
}

TEST(CheckpointWriter, ItsEndWaitsForTheCheckpointInFlight) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/a.h5";
  {
    CheckpointWriter writer;
    writer.start({path, false, small_checkpoint});
  }
  EXPECT_TRUE(std::filesystem::exists(path));
}

struct MadeLearner {
  explicit MadeLearner(RunOptions given) : options(std::move(given)) {}

  RunOptions options;
  std::shared_ptr<const MemoryDataset> data = tiny_dataset(options);
  WorkerPool pool{1};
  Learner learner{options, *data, pool};
};

TEST(LearnerSnapshot, StaysAsItWasWhileTrainingGoesOn) {
  MadeLearner made(tiny_options());
  made.learner.update();
  LearnerSnapshot snapshot;
  made.learner.copy_to(snapshot, /*with_optimizer=*/true);
  const TemporaryFolder folder;
  Checkpoint before = made.learner.to_checkpoint(snapshot);
  for (int i = 0; i < 3; ++i) made.learner.update();
  Checkpoint after = made.learner.to_checkpoint(snapshot);
  EXPECT_EQ(write_checkpoint(folder.path() + "/a.h5", before),
            write_checkpoint(folder.path() + "/b.h5", after));
}

// k10_n1000's model; the best of twenty, since other programs take the processor too. Gathering,
// hashing and writing take ten times as long: they cannot hide in it.
TEST(LearnerSnapshot, TrainingWaitsUnderFiveMillisecondsForACheckpoint) {
  RunOptions options;
  options.data.as<DisambiguationOptions>().n_unique_b = 20;
  MadeLearner made(options);
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/a.h5";
  CheckpointWriter writer;
  LearnerSnapshot snapshot;
  use_single_threaded_operations();
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 20; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    made.learner.copy_to(snapshot, /*with_optimizer=*/true);
    writer.start({path, true, [&] { return made.learner.to_checkpoint(snapshot); }});
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - begin;
    best = std::min(best, waited.count());
    writer.wait();
  }
  RecordProperty("milliseconds", std::to_string(1e3 * best));
  EXPECT_LT(best, 5e-3);
}

}  // namespace
}  // namespace kairo
