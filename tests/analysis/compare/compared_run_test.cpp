#include "analysis/compare/compared_run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <regex>

#include "core/base/error.h"
#include "core/data/dataset_file.h"
#include "core/files/atomic_file.h"
#include "tests/analysis/compare/made_comparison.h"
#include "tests/analysis/figure_folder.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

class LoadComparedRun : public testing::Test {
 protected:
  void SetUp() override {
    spec_ = made::k_sweep()[0];
    spec_.name = "a";
    made::write_run(folder_.path(), spec_);
  }
  RunDirectory run() const { return {folder_.path(), "a"}; }
  ComparedRun load(const std::string& label = "default") const {
    return load_compared_run(run(), "a", label);
  }
  std::string error_of(ErrorKind kind, const std::string& label = "default") const {
    try {
      load(label);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind);
      return error.what();
    }
    return "";
  }

  FigureFolder folder_;
  made::Spec spec_;
};

std::string d_vocab_of(const ComparedRun& run) {
  for (const auto& [path, value] : run.settings) {
    if (path == "model.d_vocab") return value;
  }
  return "none";
}

// Was: two runs that differ in a d_vocab of their own alone were refused as one run counted twice.
TEST_F(LoadComparedRun, ADVocabOfItsOwnIsASettingAndTheTasksIsNone) {
  const std::string config = read_file(run().config_file());
  const auto loaded_with = [&](const std::string& d_vocab) {
    std::ofstream(run().config_file())
        << std::regex_replace(config, std::regex("d_vocab: [0-9]+"), "d_vocab: " + d_vocab);
    return d_vocab_of(load());
  };
  ASSERT_NE(config.find("d_vocab: "), std::string::npos) << config;
  EXPECT_EQ(loaded_with("0"), "0");
  EXPECT_EQ(loaded_with("40"), "0");
  EXPECT_EQ(loaded_with("64"), "64");
}

TEST_F(LoadComparedRun, HasSettingsCurvesAndEvents) {
  const ComparedRun run = load();
  EXPECT_EQ(run.variant, "bz_to_a");
  EXPECT_EQ(run.number, 5);
  EXPECT_EQ(run.seed, "0");
  EXPECT_NEAR(run.ambiguity_nats, std::log(5.0), 1e-12);
  const auto data = read_dataset(this->run().dataset_file());
  EXPECT_EQ(run.first_target_floor, data->info().floors.at(0).nats);
  for (const char* track : {"first_target_loss", "accuracy", "z_gap", "attention_to_z",
                            "z_dependence", "candidate_loss", "candidate_accuracy"}) {
    ASSERT_NE(run.track(track), nullptr) << track;
    EXPECT_EQ(run.track(track)->values.size(), 41U) << track;
  }
  EXPECT_EQ(run.head, "layer 0, head 0, of 2");
  ASSERT_NE(run.event("z_gap"), nullptr);
  EXPECT_EQ(run.in_unit(250, StepUnit::kExamples), 250 * 128);
  EXPECT_TRUE(std::isnan(run.in_unit(1e6, StepUnit::kExamples)));
  for (const auto& [key, value] : run.settings) EXPECT_NE(key, "experiment.seed");
}

// Runs of one trajectory used to be groups of their own where they were looked at more often.
TEST_F(LoadComparedRun, HowOftenARunIsLookedAtMakesNoOtherExperiment) {
  const ComparedRun before = load();
  std::string config = read_file(run().config_file());
  const auto replace = [&](const std::string& old, const std::string& made) {
    ASSERT_NE(config.find(old), std::string::npos) << old;
    config.replace(config.find(old), old.size(), made);
  };
  replace("checkpoint_every: 200", "checkpoint_every: 50");
  replace("eval_every: 100", "eval_every: 50");
  replace("optimizer_state_every: 0", "optimizer_state_every: 100");
  replace("log_gradients: false", "log_gradients: true");
  replace("stop_when_solved: 0", "stop_when_solved: 0.95");
  write_file_atomically(run().config_file(), config);
  ComparedRun observed = load();
  EXPECT_EQ(observed.settings, before.settings);
  observed.name = "b";
  observed.seed = "1";
  EXPECT_EQ(make_comparison("c", {before, observed}).groups.size(), 1U);
  replace("weight_decay: 0.01", "weight_decay: 0.02");
  write_file_atomically(run().config_file(), config);
  EXPECT_NE(load().settings, before.settings);
}

TEST_F(LoadComparedRun, TakesRecordsWhereTheTrainerLoggedNothing) {
  fs::remove(run().metrics_file());
  const ComparedRun run = load();
  ASSERT_NE(run.track("z_gap"), nullptr);
  EXPECT_NEAR(run.track("z_gap")->values.back(), 5, 0.1);
  EXPECT_EQ(run.examples.steps.size(), 0U);
}

TEST_F(LoadComparedRun, ARunThatWasNotAnalyzedSaysWhatToDo) {
  fs::remove(run().report("json"));
  EXPECT_NE(error_of(ErrorKind::kNotFound).find("run analyze --experiment a"), std::string::npos);
}

TEST_F(LoadComparedRun, ARunWithoutRecordsOfTheLabelIsMissing) {
  EXPECT_NE(error_of(ErrorKind::kNotFound, "fine").find("label \"fine\""), std::string::npos);
  fs::remove_all(run().root() + "/probes");
  EXPECT_NE(error_of(ErrorKind::kNotFound).find("records of label \"default\""), std::string::npos);
}

TEST_F(LoadComparedRun, ADamagedRecordIsNamed) {
  const std::string path = run().record("attention_to_z", "default");
  fs::resize_file(path, fs::file_size(path) / 2);
  EXPECT_NE(error_of(ErrorKind::kCorrupt).find("attention_to_z/default.h5"), std::string::npos);
}

TEST_F(LoadComparedRun, ARecordOfAnotherDatasetIsLeftOut) {
  made::Spec other = spec_;
  other.name = "b";
  other.seed = 1;
  made::write_run(folder_.path(), other);
  const std::string of = "candidates";
  fs::copy_file(RunDirectory(folder_.path(), "b").record(of, "default"),
                run().record(of, "default"), fs::copy_options::overwrite_existing);
  const ComparedRun run = load();
  EXPECT_EQ(run.track("candidate_loss"), nullptr);
  EXPECT_NE(run.left_out.at(of).find("another dataset"), std::string::npos);
}

}  // namespace
}  // namespace kairo
