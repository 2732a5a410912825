#include "training/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "core/base/error.h"
#include "core/store/metrics.h"
#include "core/store/trajectory.h"
#include "tests/training/tiny_run.h"

namespace kairo {
namespace {

std::vector<float> all_values(const Checkpoint& checkpoint) {
  std::vector<float> values;
  for (const NamedArray& array : checkpoint.parameters) {
    values.insert(values.end(), array.values.begin(), array.values.end());
  }
  return values;
}

TEST(Trainer, KeepsStepZeroEverySpacingAndTheLastStep) {
  RunOptions options = tiny_options();
  options.training.max_steps = 20;
  options.training.checkpoint_steps = {3};
  TinyRun run(options);
  EXPECT_EQ(run.train(), TrainingEnd::kFinished);
  EXPECT_EQ(run.steps(), (std::vector<int64_t>{0, 3, 8, 16, 20}));
}

TEST(Trainer, WritesALineOfMetricsPerEvaluation) {
  TinyRun run;
  run.train();
  const Metrics metrics = read_metrics(run.directory().metrics_file());
  EXPECT_EQ(metrics.steps, (std::vector<int64_t>{0, 6, 12, 18, 24}));
  for (const char* name : {"loss", "first_target_loss", "accuracy", "exact_match", "z_shuffle_gap",
                           "examples", "epoch", "seconds"}) {
    ASSERT_TRUE(metrics.has(name)) << name;
    EXPECT_TRUE(std::isfinite(metrics.columns.at(name)[0])) << name;
  }
  EXPECT_TRUE(std::isnan(metrics.columns.at("running_loss")[0]));
  EXPECT_TRUE(std::isnan(metrics.columns.at("grad_norm")[0]));
  EXPECT_GT(metrics.columns.at("grad_norm")[1], 0);
  EXPECT_DOUBLE_EQ(metrics.columns.at("learning_rate")[4], 0);
  // 18 examples in batches of 5, 5, 5, 3: six updates are an epoch and two batches.
  EXPECT_DOUBLE_EQ(metrics.columns.at("examples")[1], 18 + 10);
  EXPECT_DOUBLE_EQ(metrics.columns.at("epoch")[1], 1);
}

TEST(Trainer, LossFalls) {
  RunOptions options = tiny_options();
  options.training.max_steps = 200;
  options.training.learning_rate = 1e-2;
  TinyRun run(options);
  run.train();
  const Metrics metrics = read_metrics(run.directory().metrics_file());
  const std::vector<double>& loss = metrics.columns.at("loss");
  EXPECT_NEAR(loss.front(), std::log(40.0), 0.5);
  EXPECT_LT(loss.back(), 0.5);
}

TEST(Trainer, InterruptedAndResumedEqualsUninterruptedAtEveryStep) {
  TinyRun whole;
  whole.train();
  // 10 is in mid-epoch, between two evaluations; 12 ends an epoch at an evaluation; 16 is a regular
  // checkpoint.
  for (const int64_t at : {1, 10, 12, 16}) {
    TinyRun parts;
    EXPECT_EQ(parts.train(1, {}, at), TrainingEnd::kInterrupted);
    // Only the regular one is a point of the trajectory.
    const auto kept = find_interrupted(parts.directory().checkpoints());
    if (at == 16) {
      EXPECT_EQ(parts.steps().back(), at);
      EXPECT_TRUE(kept.empty());
    } else {
      EXPECT_LT(parts.steps().back(), at);
      ASSERT_EQ(kept.size(), 1u) << at;
      EXPECT_EQ(kept[0].step, at);
    }
    EXPECT_EQ(parts.train(1, at), TrainingEnd::kFinished);
    EXPECT_EQ(parts.checkpoint(24).content_hash, whole.checkpoint(24).content_hash) << at;
  }
}

TEST(Trainer, ResumedWithOtherThreadsEqualsUninterrupted) {
  TinyRun whole;
  whole.train(3);
  TinyRun parts;
  parts.train(2, {}, 10);
  parts.train(1, 10);
  EXPECT_EQ(parts.checkpoint(24).content_hash, whole.checkpoint(24).content_hash);
}

TEST(Trainer, ResumedMetricsEqualUninterruptedOnes) {
  TinyRun whole, parts;
  whole.train();
  parts.train();
  parts.train(1, 8);
  const Metrics expected = read_metrics(whole.directory().metrics_file());
  const Metrics came = read_metrics(parts.directory().metrics_file());
  EXPECT_EQ(came.steps, expected.steps);
  for (const char* name : {"loss", "accuracy", "running_loss", "grad_norm", "examples"}) {
    for (std::size_t i = 1; i < expected.steps.size(); ++i) {
      EXPECT_EQ(came.columns.at(name)[i], expected.columns.at(name)[i]) << name << i;
    }
  }
}

TEST(Trainer, LookingMoreOftenChangesNoParameter) {
  RunOptions often = tiny_options(), seldom = tiny_options();
  often.training.eval_every = 1;
  often.training.eval_examples = 18;
  often.training.checkpoint_every = 3;
  seldom.training.eval_every = 50;
  TinyRun a(often), b(seldom);
  a.train();
  b.train();
  EXPECT_EQ(all_values(a.checkpoint(24)), all_values(b.checkpoint(24)));
}

TEST(Trainer, KeepsOptimizerStateOnlyWhereAskedForAndAtTheEnd) {
  RunOptions options = tiny_options();
  options.training.optimizer_state_every = 16;
  TinyRun run(options);
  run.train();
  EXPECT_TRUE(run.checkpoint(0).has_optimizer);
  EXPECT_FALSE(run.checkpoint(8).has_optimizer);
  EXPECT_TRUE(run.checkpoint(16).has_optimizer);
  EXPECT_TRUE(run.checkpoint(24).has_optimizer);
  EXPECT_EQ(run.train(1, {}, 9), TrainingEnd::kInterrupted);
  const std::string kept = run.directory().interrupted_checkpoint(9);
  EXPECT_TRUE(read_checkpoint(kept, CheckpointPart::kEverything).has_optimizer);
}

TEST(Trainer, StopsTenSpacingsAfterThreeSolvedEvaluations) {
  RunOptions options = tiny_options();
  options.training.max_steps = 2000;
  options.training.learning_rate = 1e-2;
  options.training.stop_when_solved = 0.5;
  options.training.checkpoint_every = 4;
  TinyRun run(options);
  EXPECT_EQ(run.train(), TrainingEnd::kSolved);
  const Metrics metrics = read_metrics(run.directory().metrics_file());
  const std::vector<double>& accuracy = metrics.columns.at("accuracy");
  std::size_t third = 2;
  while (accuracy[third] <= 0.5 || accuracy[third - 1] <= 0.5 || accuracy[third - 2] <= 0.5)
    ++third;
  EXPECT_EQ(metrics.steps.back(), metrics.steps[third] + 40);
  EXPECT_EQ(run.steps().back(), metrics.steps.back());
}

TEST(Trainer, ResumedRunStopsWhereTheUninterruptedOneDoes) {
  RunOptions options = tiny_options();
  options.training.max_steps = 2000;
  options.training.learning_rate = 1e-2;
  options.training.stop_when_solved = 0.5;
  options.training.checkpoint_every = 4;
  TinyRun whole(options), parts(options);
  whole.train();
  const int64_t end = whole.steps().back();
  parts.train(1, {}, end - 17);
  EXPECT_EQ(parts.train(1, end - 17), TrainingEnd::kSolved);
  EXPECT_EQ(parts.checkpoint(end).content_hash, whole.checkpoint(end).content_hash);
}

TEST(Trainer, AFinishedRunResumedDoesNothing) {
  TinyRun run;
  run.train();
  const std::string hash = run.checkpoint(24).content_hash;
  EXPECT_EQ(run.train(1, 24), TrainingEnd::kFinished);
  EXPECT_EQ(run.checkpoint(24).content_hash, hash);
  EXPECT_EQ(read_metrics(run.directory().metrics_file()).steps.size(), 5u);
}

TEST(Trainer, ADivergedRunNamesStepAndLastFullCheckpoint) {
  RunOptions options = tiny_options();
  options.training.learning_rate = 10;
  options.training.weight_decay = 10;
  options.training.clip_norm = 0;
  options.training.max_steps = 4000;
  options.training.checkpoint_every = 2;
  TinyRun run(options);
  try {
    run.train();
    FAIL() << "did not diverge";
  } catch (const Error& error) {
    const int64_t last = run.steps().back();
    const std::string text = error.what();
    EXPECT_EQ(error.kind(), ErrorKind::kNumeric);
    EXPECT_NE(text.find("training step"), std::string::npos) << text;
    EXPECT_NE(text.find("first in the gradient of "), std::string::npos) << text;
    EXPECT_NE(text.find("--detect-anomaly"), std::string::npos) << text;
    EXPECT_NE(text.find(run.directory().checkpoint(last)), std::string::npos) << text;
    EXPECT_NO_THROW(run.checkpoint(last));
  }
}

// Was: an optimiser's state overflowed while loss and gradient were finite, and was written to what
// then passed for the last full checkpoint, though no reader takes it.
TEST(Trainer, ACheckpointWithAnInfiniteOptimizerStateIsNotWrittenAndStopsTheRun) {
  RunOptions options = tiny_options();
  options.training.clip_norm = 0;
  TinyRun run(options);
  run.train(1, {}, 8);
  // Logits and gradients of about 1e22: these have a norm in double, and no square in float.
  Checkpoint checkpoint = run.checkpoint(8);
  for (NamedArray& array : checkpoint.parameters) {
    if (array.name == "ln_final.w") std::fill(array.values.begin(), array.values.end(), 1e23F);
  }
  write_checkpoint(run.directory().checkpoint(8), checkpoint);
  try {
    run.train(1, 8);
    FAIL() << "wrote an infinite exp_avg_sq";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_EQ(error.kind(), ErrorKind::kNumeric) << text;
    EXPECT_NE(text.find("checkpoint of training step 16"), std::string::npos) << text;
    EXPECT_NE(text.find(" of exp_avg_sq ("), std::string::npos) << text;
    EXPECT_NE(text.find("last full checkpoint " + run.directory().checkpoint(8)), std::string::npos)
        << text;
  }
  EXPECT_EQ(run.steps(), (std::vector<int64_t>{0, 8}));
  EXPECT_NO_THROW(run.checkpoint(8));
}

// From the first step on, a folder stands in the place of the checkpoint `file`: no user, not even
// root, can write it.
void expect_lost(TinyRun& run, const std::string& file, std::optional<int64_t> interrupt_at = {}) {
  run.at_each_step([file](int64_t) { std::filesystem::create_directories(file); });
  try {
    run.train(1, {}, interrupt_at);
    FAIL() << "went on without " << file;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_NE(std::string(error.what()).find(file), std::string::npos) << error.what();
  }
}

TEST(Trainer, ACheckpointThatCannotBeWrittenStopsTheRunBeforeTheNextOne) {
  TinyRun run;
  expect_lost(run, run.directory().checkpoint(8));
  EXPECT_LE(read_metrics(run.directory().metrics_file()).steps.back(), 12);
}

TEST(Trainer, ALastCheckpointThatCannotBeWrittenIsNoFinishedRun) {
  TinyRun run;
  expect_lost(run, run.directory().checkpoint(24));
}

TEST(Trainer, AnInterruptionThatCannotKeepItsCheckpointIsAnError) {
  TinyRun run;
  expect_lost(run, run.directory().interrupted_checkpoint(10), 10);
}

TEST(Trainer, RefusesToGoOnWithAFloat64Model) {
  RunOptions options = tiny_options();
  options.model->dtype = ModelDtype::kFloat64;
  options.training.max_steps = 2;
  TinyRun run(options);
  run.train();
  EXPECT_THROW(run.train(1, 2), Error);
}

}  // namespace
}  // namespace kairo
