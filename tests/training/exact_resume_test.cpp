// train(2N) = train(N) + resume(N), to the byte: checkpoints by content hash, metrics line by line
// but for the two fields that a clock decides.
#include <gtest/gtest.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <filesystem>

#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "core/files/failpoint.h"
#include "core/model/transformer/transformer.h"
#include "core/store/trajectory.h"
#include "tests/core/store/timeless_metrics.h"
#include "tests/training/tiny_run.h"
#include "training/optim/optimizer.h"
#include "training/run/run_start.h"

namespace kairo {
namespace {

std::vector<std::string> hashes(const TinyRun& run, const std::vector<int64_t>& steps) {
  std::vector<std::string> all;
  for (const int64_t step : steps) all.push_back(run.checkpoint(step).content_hash);
  return all;
}

struct Parts {
  int threads_before;
  int threads_after;
  int64_t optimizer_state_every;
};

class ExactResume : public testing::TestWithParam<Parts> {};

// An epoch is four batches, an evaluation comes every 6 steps, a checkpoint every 8: the 23 places
// are in the middle and at the end of epochs, between evaluations and at them, and at checkpoints.
TEST_P(ExactResume, AtEveryStepGivesTheSameCheckpointsAndMetrics) {
  RunOptions options = tiny_options();
  options.training.optimizer_state_every = GetParam().optimizer_state_every;
  TinyRun whole(options);
  whole.train(1);
  const std::vector<int64_t> steps = whole.steps();
  const auto expected_hashes = hashes(whole, steps);
  const auto expected_metrics = timeless_metrics(whole.directory().metrics_file());
  ASSERT_EQ(expected_metrics.size(), 5U);
  for (int64_t at = 1; at < 24; ++at) {
    TinyRun parts(options);
    ASSERT_EQ(parts.train(GetParam().threads_before, {}, at), TrainingEnd::kInterrupted) << at;
    ASSERT_EQ(parts.train(GetParam().threads_after, at), TrainingEnd::kFinished) << at;
    EXPECT_EQ(parts.steps(), steps) << at;
    EXPECT_TRUE(find_interrupted(parts.directory().checkpoints()).empty()) << at;
    EXPECT_EQ(hashes(parts, steps), expected_hashes) << at;
    EXPECT_EQ(timeless_metrics(parts.directory().metrics_file()), expected_metrics) << at;
  }
}

// 2 to 1: one thread continues what two began. With the optimiser's state every 16 or 24 steps an
// interruption at 8, or at 8 and 16, keeps more than the plan has there.
INSTANTIATE_TEST_SUITE_P(Parts, ExactResume,
                         testing::Values(Parts{1, 1, 0}, Parts{2, 2, 0}, Parts{2, 1, 0},
                                         Parts{1, 2, 0}, Parts{1, 2, 16}, Parts{1, 1, 24}),
                         [](const auto& info) {
                           return std::to_string(info.param.threads_before) + "to" +
                                  std::to_string(info.param.threads_after) + "stateEvery" +
                                  std::to_string(info.param.optimizer_state_every);
                         });

// Masks are a function of the step, not of what has been drawn before.
TEST(ExactResumeWithDropout, GivesTheSameCheckpointsAndMetrics) {
  RunOptions options = tiny_options();
  auto& words = options.model.as<TransformerOptions>();
  TinyRun without(options);
  without.train(1);
  words.embed_dropout = words.attn_dropout = words.resid_dropout = 0.1;
  options.training.accumulate = 2;
  TinyRun whole(options);
  whole.train(1);
  EXPECT_NE(hashes(whole, {24}), hashes(without, {24}));
  for (const int64_t at : {1, 8, 13, 23}) {
    TinyRun parts(options);
    ASSERT_EQ(parts.train(2, {}, at), TrainingEnd::kInterrupted) << at;
    ASSERT_EQ(parts.train(1 + static_cast<int>(at % 2), at), TrainingEnd::kFinished) << at;
    EXPECT_EQ(hashes(parts, whole.steps()), hashes(whole, whole.steps())) << at;
    EXPECT_EQ(timeless_metrics(parts.directory().metrics_file()),
              timeless_metrics(whole.directory().metrics_file()))
        << at;
  }
}

// Step 8 of a run that keeps the optimiser's state at both ends alone, interrupted there.
class InterruptedCheckpoint : public testing::Test {
 protected:
  static RunOptions options() {
    RunOptions options = tiny_options();
    options.training.optimizer_state_every = 24;
    return options;
  }
  void SetUp() override {
    whole_.train();
    ASSERT_EQ(run_.train(1, {}, 8), TrainingEnd::kInterrupted);
    fuller_ = read_file(path_);
    ASSERT_TRUE(run_.checkpoint(8).has_optimizer);
  }
  void expect_as_planned() const {
    EXPECT_EQ(hashes(run_, {0, 8, 16, 24}), hashes(whole_, {0, 8, 16, 24}));
  }

  TinyRun whole_{options()};
  TinyRun run_{options()};
  const std::string path_ = run_.directory().checkpoint(8);
  std::string fuller_;
};

TEST_F(InterruptedCheckpoint, CanBeResumedUntilALaterOneCan) {
  run_.at_each_step(
      [this](int64_t step) { EXPECT_TRUE(step == 24 || read_file(path_) == fuller_) << step; });
  run_.train(1, 8);
  expect_as_planned();
}

// Was cut off after the later one stood: in mid-run, and at the end.
TEST_F(InterruptedCheckpoint, ComesToThePlanInTheNextSessionElse) {
  run_.train(1, 8, 13);
  EXPECT_FALSE(run_.checkpoint(8).has_optimizer);
  write_file_atomically(path_, fuller_);
  run_.train(1, 13);
  expect_as_planned();
  write_file_atomically(path_, fuller_);
  run_.train(1, 24);
  expect_as_planned();
}

TEST_F(InterruptedCheckpoint, OfAnotherConfigurationStaysAsItIs) {
  Checkpoint checkpoint = run_.checkpoint(8);
  checkpoint.config_yaml = "config: another\n";
  write_checkpoint(path_, checkpoint);
  run_.train(1, 8);
  EXPECT_TRUE(run_.checkpoint(8).has_optimizer);
}

TEST_F(InterruptedCheckpoint, ADiskThatFailsMeanwhileLosesNothing) {
  int n_failed = 0;
  for (int call = 1;; call += 3) {
    TinyRun run(options());
    run.train(1, {}, 8);
    set_failpoint("ENOSPC:" + std::to_string(call));
    bool failed = false;
    try {
      run.train(1, 8);
    } catch (const Error& error) {
      failed = true;
      EXPECT_EQ(error.kind(), ErrorKind::kIo) << error.what();
    }
    set_failpoint("");
    const Start start = find_start(run.directory(), {StartMode::kResumeAuto});
    run.train(1, start.checkpoint->step);
    EXPECT_EQ(hashes(run, {0, 8, 16, 24}), hashes(whole_, {0, 8, 16, 24})) << call;
    if (!failed) break;
    ++n_failed;
  }
  EXPECT_GT(n_failed, 4);
}

// The file of an interruption was a checkpoint like the others: probes measured it, and the run had
// a record that one in one piece has not.
TEST(InterruptedBetweenCheckpoints, IsAFileApartUntilALaterOneCanBeResumed) {
  TinyRun run;
  ASSERT_EQ(run.train(1, {}, 11), TrainingEnd::kInterrupted);
  const std::string path = run.directory().interrupted_checkpoint(11);
  EXPECT_EQ(run.steps(), (std::vector<int64_t>{0, 8}));
  EXPECT_EQ(read_checkpoint(path, CheckpointPart::kEverything).step, 11);
  const Start start = find_start(run.directory(), {StartMode::kResumeAuto});
  EXPECT_EQ(start.path, path);
  ASSERT_EQ(run.train(1, 11, 13), TrainingEnd::kInterrupted);
  EXPECT_FALSE(std::filesystem::exists(path)) << "13 took its place";
  run.at_each_step([&](int64_t step) {
    const auto kept = find_interrupted(run.directory().checkpoints());
    EXPECT_TRUE(step >= 16 || kept.size() == 1) << step;
  });
  run.train(1, 13);
  EXPECT_TRUE(find_interrupted(run.directory().checkpoints()).empty());
  EXPECT_EQ(run.steps(), (std::vector<int64_t>{0, 8, 16, 24}));
}

// Resumed from before it, the file is of another past: it would be resumed from by mistake.
TEST(InterruptedBetweenCheckpoints, IsSetAsideByAResumeFromBefore) {
  TinyRun run;
  run.train(1, {}, 11);
  run.train(1, 8, 10);
  EXPECT_FALSE(std::filesystem::exists(run.directory().interrupted_checkpoint(11)));
  EXPECT_TRUE(
      std::filesystem::exists(run.directory().root() + "/superseded/1/interrupted_00000011.h5"));
}

TEST(ExactResumeTwice, AndAgainIsStillTheSame) {
  TinyRun whole, parts;
  whole.train();
  parts.train(1, {}, 5);
  parts.train(2, 5, 11);
  parts.train(1, 11, 12);
  parts.train(2, 12);
  EXPECT_EQ(parts.checkpoint(24).content_hash, whole.checkpoint(24).content_hash);
  EXPECT_EQ(timeless_metrics(parts.directory().metrics_file()),
            timeless_metrics(whole.directory().metrics_file()));
}

struct Optimized {
  RunOptions options = tiny_options();
  std::shared_ptr<const MemoryDataset> data = tiny_dataset(options);
  Transformer model{options.model.as<TransformerOptions>()};
  std::unique_ptr<Optimizer> optimizer;

  explicit Optimized(const std::string& name) {
    options.training.optimizer = name;
    optimizer = make_optimizer(
        {options, model.parameters().layout(), model.parameters().values().options()});
    model.initialize();
  }
  // Gradients of that step; zero in the padding, as a model's are.
  void update(int64_t step) {
    torch::manual_seed(static_cast<uint64_t>(step));
    at::Tensor gradients = torch::zeros_like(model.parameters().values());
    for (const ParameterView& view : model.parameters().views()) view.of(gradients).normal_();
    optimizer->step({step, 0.01 * static_cast<double>(step), 1.0, 0.5}, model.parameters().layout(),
                    gradients, model.parameters().values());
  }
};

TEST(Optimizer, EveryOneGoesOnToTheByteFromWhatACheckpointKeeps) {
  for (const std::string& name : optimizer_names()) {
    Optimized whole(name);
    for (int64_t step = 1; step <= 6; ++step) whole.update(step);
    for (int64_t at = 0; at <= 6; ++at) {
      Optimized before(name), after(name);
      for (int64_t step = 1; step <= at; ++step) before.update(step);
      OptimizerSnapshot kept;
      copy_to(*before.optimizer, at, kept);
      restore(to_saved(kept, before.model.parameters()), after.model.parameters(), "file",
              *after.optimizer);
      at::Tensor values = after.model.parameters().values();
      values.copy_(before.model.parameters().values());
      for (int64_t step = at + 1; step <= 6; ++step) after.update(step);
      EXPECT_TRUE(torch::equal(values, whole.model.parameters().values())) << name << at;
      const std::vector<NamedState> wanted = whole.optimizer->states();
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_TRUE(torch::equal(after.optimizer->states()[i].values, wanted[i].values))
            << name << wanted[i].state;
      }
    }
  }
}

}  // namespace
}  // namespace kairo
