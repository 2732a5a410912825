#include "probes/replay/replay.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/base/error.h"
#include "core/files/work_lock.h"
#include "probes/logit_lens.h"
#include "probes/registry.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

const std::vector<int64_t> kReplaySteps = {0, 100, 200, 300, 400};

struct ReplaySetting {
  std::vector<std::unique_ptr<Probe>> probes = make_probes();
  ProbesOptions options;
  ReplayOptions replay;
  std::string steps;

  ReplaySetting() { options.n_examples = 12; }
  ReplayResult run(const tiny::Run& run) {
    std::vector<Probe*> all;
    for (const auto& probe : probes) all.push_back(probe.get());
    const auto points = select_steps(find_checkpoints(run.directory().checkpoints()), steps);
    return kairo::replay(run.directory(), all, options, points, replay);
  }
};

int64_t n_measured(const ReplayResult& result) {
  int64_t n = 0;
  for (const ProbeOutcome& each : result.probes) n += each.n_measured;
  return n;
}

// Not a constant: studies add theirs when main opens them.
const std::vector<std::string>& every_probe() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& probe : make_probes()) all.emplace_back(probe->name());
    return all;
  }();
  return names;
}
int64_t n_probes() { return static_cast<int64_t>(every_probe().size()); }

std::string record_bytes(const tiny::Run& run, const std::string& probe) {
  return tiny::bytes(run.directory().record(probe, "default"));
}

TEST(Replay, EveryProbeGetsItsRecordAndCsv) {
  const tiny::Run run({}, kReplaySteps);
  const ReplayResult result = ReplaySetting().run(run);
  EXPECT_EQ(n_measured(result), n_probes() * 5);
  for (const std::string& name : every_probe()) {
    const Record record = read_record(run.directory().record(name, "default"));
    EXPECT_EQ(record.steps, kReplaySteps) << name;
    EXPECT_TRUE(
        std::filesystem::exists(run.directory().root() + "/probes/" + name + "/default.csv"));
    EXPECT_FALSE(std::filesystem::exists(run.directory().step_records(name, "default")));
  }
}

TEST(Replay, IsEqualToTheByteForOneAndTwoJobs) {
  const tiny::Run one({}, kReplaySteps), two({}, kReplaySteps);
  ReplaySetting().run(one);
  ReplaySetting parallel;
  parallel.replay.jobs = 2;
  parallel.run(two);
  for (const std::string& name : every_probe())
    EXPECT_EQ(record_bytes(one, name), record_bytes(two, name));
}

TEST(Replay, AStoppedOneGoesOnAndEndsInTheSameBytes) {
  const tiny::Run whole({}, kReplaySteps), stopped({}, kReplaySteps);
  ReplaySetting().run(whole);
  std::atomic<bool> stop{false};
  ReplaySetting first;
  first.replay.stop = &stop;
  first.replay.progress = [&](int64_t done, int64_t) { stop = done >= 2; };
  const ReplayResult part = first.run(stopped);
  EXPECT_TRUE(part.was_stopped);
  EXPECT_FALSE(std::filesystem::exists(stopped.directory().record("performance", "default")));
  const ReplayResult rest = ReplaySetting().run(stopped);
  EXPECT_EQ(n_measured(part), n_probes() * 2);
  EXPECT_EQ(n_measured(rest), n_probes() * 3);
  for (const std::string& name : every_probe()) {
    EXPECT_EQ(record_bytes(whole, name), record_bytes(stopped, name)) << name;
  }
}

// Was: it ended the process from a worker thread.
TEST(Replay, WhatItsProgressThrowsReachesTheCallerAndEndsItWithKeepGoingToo) {
  const tiny::Run run({}, kReplaySteps);
  ReplaySetting failing;
  failing.replay.jobs = 2;
  failing.replay.keep_going = true;
  std::atomic<int64_t> n{0};
  failing.replay.progress = [&](int64_t, int64_t) {
    ++n;
    throw std::runtime_error("no terminal");
  };
  EXPECT_THROW(failing.run(run), std::runtime_error);
  EXPECT_EQ(n, 1);
  ReplaySetting().run(run);
  EXPECT_EQ(read_record(run.directory().record("performance", "default")).steps, kReplaySteps);
}

TEST(Replay, MeasuresNothingTwiceAndAddsStepsToWhatIsThere) {
  const tiny::Run run({}, kReplaySteps), whole({}, kReplaySteps);
  ReplaySetting some;
  some.steps = "100:200";
  EXPECT_EQ(n_measured(some.run(run)), n_probes() * 2);
  EXPECT_EQ(n_measured(some.run(run)), 0);
  ReplaySetting other;
  other.steps = "300";
  EXPECT_EQ(n_measured(other.run(run)), n_probes());
  EXPECT_EQ(read_record(run.directory().record("z_shuffle", "default")).steps,
            (std::vector<int64_t>{100, 200, 300}));
  EXPECT_EQ(n_measured(ReplaySetting().run(run)), n_probes() * 2);
  ReplaySetting().run(whole);
  for (const std::string& name : every_probe())
    EXPECT_EQ(record_bytes(whole, name), record_bytes(run, name));
}

TEST(Replay, AChangedSettingIsNewWorkForItsProbeAlone) {
  const tiny::Run run({}, kReplaySteps);
  ReplaySetting().run(run);
  ReplaySetting changed;
  dynamic_cast<LogitLensOptions&>(find_probe(changed.probes, "logit_lens").options()).positions =
      LensPositions::kAll;
  EXPECT_EQ(n_measured(changed.run(run)), 5);
  // More examples are nothing new to the probes of weights alone and of sequences of their own.
  ReplaySetting more;
  more.options.n_examples = 13;
  int64_t of_examples = 0;
  for (const auto& probe : more.probes) of_examples += probe->own_sample() ? 0 : 1;
  EXPECT_EQ(of_examples, 9);
  EXPECT_EQ(n_measured(more.run(run)), of_examples * 5);
}

TEST(Replay, RewrittenWeightsAreNewWorkOfTheSameValues) {
  const tiny::Run run({}, {0, 100});
  const auto measured = [&](const std::string& probe) {
    return read_record(run.directory().record(probe, "default"));
  };
  ReplaySetting().run(run);
  const Record before = measured("performance"), lens_before = measured("logit_lens");
  ReplaySetting rewritten;
  rewritten.options.processing.fold_ln = true;
  rewritten.options.processing.center_writing_weights = true;
  rewritten.options.processing.center_unembed = true;
  rewritten.options.processing.fold_value_biases = true;
  EXPECT_EQ(n_measured(rewritten.run(run)), n_probes() * 2);
  EXPECT_EQ(n_measured(rewritten.run(run)), 0);
  const Record after = measured("performance"), lens_after = measured("logit_lens");
  EXPECT_NE(after.key.settings.find("\"probes.processing.fold_ln\":true"), std::string::npos);
  for (const auto& [a, b] : {std::pair(before, after), std::pair(lens_before, lens_after)}) {
    for (std::size_t q = 0; q < a.quantities.size(); ++q) {
      const std::vector<double>&x = a.quantities[q].mean, &y = b.quantities[q].mean;
      ASSERT_EQ(x.size(), y.size());
      for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_NEAR(x[i], y[i], 1e-4 * std::max(1.0, std::fabs(x[i])))
            << a.quantities[q].about.name;
      }
    }
  }
}

TEST(Replay, CentringWithoutANormIsAnError) {
  tiny::Choice choice;
  choice.normalization = Normalization::kNone;
  const tiny::Run run(choice, {0});
  ReplaySetting setting;
  setting.options.processing.center_writing_weights = true;
  EXPECT_THROW(setting.run(run), Error);
}

TEST(Replay, DistancesAreFromTheRunsFirstCheckpointWhateverStepsAreMeasured) {
  const tiny::Run run({}, kReplaySteps);
  const auto record = [&] {
    return read_record(run.directory().record("weight_norms", "default"));
  };
  ReplaySetting later;
  later.steps = "200:300";
  later.run(run);
  EXPECT_GT(record().quantity("total_distance").mean[0], 1);
  EXPECT_NE(record().key.settings.find("\"start.step\":0"), std::string::npos);
  ASSERT_EQ(record().notes.size(), 1U);
  EXPECT_NE(record().notes[0].find("checkpoint of step 0"), std::string::npos) << record().notes[0];
  EXPECT_EQ(record().key.n_examples, 0);
  EXPECT_EQ(record().key.settings.find("n_examples"), std::string::npos);
  ReplaySetting().run(run);
  const Record whole = record();
  EXPECT_EQ(whole.steps, kReplaySteps);
  EXPECT_EQ(whole.quantity("total_distance").mean[0], 0);
  for (const double each : whole.quantity("distance").standard_error) {
    EXPECT_TRUE(std::isnan(each));
  }
}

// A start that cannot be read would change what every step is compared with.
TEST(Replay, AnotherStartIsNewWorkForThoseThatCompareWithIt) {
  const tiny::Run run({}, kReplaySteps);
  ReplaySetting().run(run);
  run.damage_checkpoint(0);
  ReplaySetting going;
  going.replay.keep_going = true;
  const ReplayResult result = going.run(run);
  EXPECT_EQ(n_measured(result), 4);  // weight_norms at the four steps that are left
  const Record record = read_record(run.directory().record("weight_norms", "default"));
  EXPECT_EQ(record.quantity("total_distance").mean[0], 0);
  EXPECT_NE(record.key.settings.find("\"start.step\":100"), std::string::npos);
}

TEST(Replay, ADryRunCountsAndWritesNothing) {
  const tiny::Run run({}, kReplaySteps);
  ReplaySetting dry;
  dry.replay.dry_run = true;
  EXPECT_EQ(n_measured(dry.run(run)), n_probes() * 5);
  EXPECT_FALSE(std::filesystem::exists(run.directory().root() + "/probes"));
}

TEST(Replay, ADamagedCheckpointEndsItAndKeepsWhatIsThere) {
  const tiny::Run run({}, kReplaySteps);
  run.damage_checkpoint(200);
  try {
    ReplaySetting().run(run);
    FAIL() << "the damage was not noticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
    EXPECT_NE(std::string(error.what()).find("step_00000200.h5"), std::string::npos);
  }
  EXPECT_TRUE(std::filesystem::exists(run.directory().step_records("performance", "default")));
}

TEST(Replay, ADamagedCheckpointIsLeftOutWhereTheOthersAreToGoOn) {
  const tiny::Run run({}, kReplaySteps);
  run.damage_checkpoint(200);
  ReplaySetting going;
  going.replay.keep_going = true;
  const ReplayResult result = going.run(run);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].step, 200);
  const Record record = read_record(run.directory().record("performance", "default"));
  EXPECT_EQ(record.steps, (std::vector<int64_t>{0, 100, 300, 400}));
  ASSERT_EQ(record.notes.size(), 1U);
  EXPECT_NE(record.notes[0].find("Step 200 is left out"), std::string::npos);
}

TEST(Replay, ACheckpointOfAnotherStepThanItsNameSaysFails) {
  const tiny::Run run({}, kReplaySteps);
  std::filesystem::copy_file(run.directory().checkpoint(100), run.directory().checkpoint(200),
                             std::filesystem::copy_options::overwrite_existing);
  ReplaySetting going;
  going.replay.keep_going = true;
  const ReplayResult result = going.run(run);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].step, 200);
  EXPECT_NE(result.failures[0].message.find("step_00000200.h5"), std::string::npos);
}

TEST(Replay, StepsKnownToBeWrongFailWithWhatIsKnown) {
  const tiny::Run run({}, kReplaySteps);
  ReplaySetting knowing;
  knowing.replay.keep_going = true;
  knowing.replay.damaged = {{300, "the weights of step 100"}};
  const ReplayResult result = knowing.run(run);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].step, 300);
  EXPECT_EQ(result.failures[0].message, "the weights of step 100");
  knowing.replay.keep_going = false;
  EXPECT_THROW(knowing.run(run), Error);
}

// The second used to find the first one's files gone when it came to join them.
TEST(Replay, TwoAtOnceMeasureEachStepOnce) {
  const tiny::Run whole({}, kReplaySteps), shared({}, kReplaySteps);
  ReplaySetting().run(whole);
  std::vector<ReplayResult> results(2);
  std::vector<std::thread> both;
  for (ReplayResult& result : results) {
    both.emplace_back([&] { result = ReplaySetting().run(shared); });
  }
  for (std::thread& each : both) each.join();
  EXPECT_EQ(n_measured(results[0]) + n_measured(results[1]), n_probes() * 5);
  for (const ReplayResult& result : results) {
    for (const ProbeOutcome& probe : result.probes) EXPECT_TRUE(probe.is_complete) << probe.probe;
  }
  for (const std::string& name : every_probe()) {
    EXPECT_EQ(record_bytes(whole, name), record_bytes(shared, name)) << name;
  }
}

TEST(Replay, OneThatWaitsForAnotherSaysSoAndCanBeStopped) {
  const tiny::Run run({}, {0});
  std::filesystem::create_directories(run.directory().root() + "/probes/candidates");
  WorkLock other(run.directory().record_lock("candidates", "default"));
  other.take("measuring");
  std::atomic<bool> stop{false};
  std::string said;
  ReplaySetting waiting;
  waiting.replay.stop = &stop;
  waiting.replay.say = [&](const std::string& text) {
    said = text;
    stop = true;
  };
  const ReplayResult result = waiting.run(run);
  EXPECT_TRUE(result.was_stopped);
  EXPECT_EQ(n_measured(result), 0);
  EXPECT_NE(said.find("candidates"), std::string::npos) << said;
}

TEST(Replay, LeftoversOfAKilledOneGo) {
  const tiny::Run run({}, {0});
  const std::string folder = run.directory().root() + "/probes/candidates/";
  std::filesystem::create_directories(folder);
  const std::string leftover = folder + ".default.h5.kairo-tmp.7.0", other = folder + ".notes";
  for (const std::string& path : {leftover, other}) std::ofstream(path) << "x";
  ReplaySetting().run(run);
  EXPECT_FALSE(std::filesystem::exists(leftover));
  EXPECT_TRUE(std::filesystem::exists(other));
}

TEST(Replay, ProbesWithoutMeaningSayWhy) {
  tiny::Choice choice;
  choice.direction = Direction::kBToA;
  const tiny::Run run(choice, {0});
  const ReplayResult result = ReplaySetting().run(run);
  EXPECT_TRUE(result.probes[0].is_complete);
  const Record record = read_record(run.directory().record("attention_to_z", "default"));
  EXPECT_EQ(record.left_out, "the task has no selector z");
  EXPECT_TRUE(record.steps.empty());
}

TEST(Replay, LabelsStandBesideEachOtherAndMayNotLeaveTheirFolder) {
  const tiny::Run run({}, {0, 100});
  ReplaySetting().run(run);
  ReplaySetting labelled;
  labelled.replay.label = "again";
  EXPECT_EQ(n_measured(labelled.run(run)), n_probes() * 2);
  labelled.replay.label = "../again";
  EXPECT_THROW(labelled.run(run), Error);
}

}  // namespace
}  // namespace kairo
