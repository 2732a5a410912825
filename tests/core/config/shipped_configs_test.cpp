// The configs that come with the program: they load, say what they should, and read back.
#include "core/config/transformer_options.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/core/config/bound_run.h"
#include "tests/core/config/config_test_folder.h"
#include "tests/paths.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

class ShippedConfigs : public ConfigTest {
 protected:
  // Run from the source folder, as a user would.
  ShippedConfigs() { std::filesystem::current_path(source_dir()); }

  static std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator("configs")) {
      if (entry.path().extension() == ".yaml") all.push_back(entry.path().stem());
    }
    return all;
  }
};

TEST_F(ShippedConfigs, EachLoadsUnderItsOwnName) {
  ASSERT_GE(names().size(), 5u);
  for (const std::string& name : names()) {
    BoundRun run;
    ASSERT_NO_THROW(run.binder.load(name, {})) << name;
    EXPECT_EQ(run.run.experiment.name, name);
    EXPECT_NO_THROW(run.run.model->check()) << name;
  }
}

TEST_F(ShippedConfigs, EachRoundTrips) {
  for (const std::string& name : names()) {
    BoundRun run, back;
    run.binder.load(name, {});
    const std::string file = testing::TempDir() + "kairo_round_trip_" + name + ".yaml";
    std::ofstream(file) << run.binder.to_yaml(true);
    back.binder.load(file, {});
    std::filesystem::remove(file);
    EXPECT_EQ(back.binder.to_yaml(false), run.binder.to_yaml(false)) << name;
  }
}

TEST_F(ShippedConfigs, BaseStatesEveryKeyWithItsDefault) {
  BoundRun defaults, base;
  defaults.run.experiment.name = "base";
  base.binder.load("base", {});
  EXPECT_EQ(base.binder.to_yaml(false), defaults.binder.to_yaml(false));
  for (const auto& [path, origin] : base.binder.provenance()) {
    EXPECT_EQ(origin.rfind("configs/base.yaml:", 0), 0u) << path << " from " << origin;
  }
}

TEST_F(ShippedConfigs, TheMainExperimentHasTheDefaultTraining) {
  BoundRun run;
  run.binder.load("k10_n1000.yaml", {});
  EXPECT_EQ(run.run.data.as<DisambiguationOptions>().n_unique_b, 1000);
  EXPECT_EQ(run.run.data.as<DisambiguationOptions>().k, 10);
  EXPECT_EQ(run.run.training.max_steps, 20000);
  EXPECT_EQ(run.run.training.checkpoint_every, 200);
  EXPECT_EQ(run.run.training.warmup_steps, 500);
  EXPECT_EQ(run.run.training.learning_rate, 1e-3);
  EXPECT_EQ(run.run.model.as<TransformerOptions>().n_layers, 4);
  EXPECT_EQ(run.run.model.as<TransformerOptions>().d_model, 128);
}

TEST_F(ShippedConfigs, ExperimentsDifferFromTheBaseOnlyWhereTheySay) {
  BoundRun k1, k100;
  k1.binder.load("k1_n1000", {});
  EXPECT_EQ(k1.run.data.as<DisambiguationOptions>().k, 1);
  k100.binder.load("k100_n1000", {});
  EXPECT_EQ(k100.run.data.as<DisambiguationOptions>().k, 100);
  EXPECT_EQ(k100.run.data.as<DisambiguationOptions>().z_length, 3);
  EXPECT_EQ(k100.run.training.max_steps, 30000);
  EXPECT_EQ(k100.binder.provenance().at("data.k").rfind("configs/k100_n1000.yaml:", 0), 0u);
  EXPECT_EQ(k100.binder.provenance().at("data.b_length").rfind("configs/base.yaml:", 0), 0u);
}

TEST_F(ShippedConfigs, OverridesOfEnumsAndListsReachTheOptions) {
  BoundRun run;
  run.binder.load("quick", {"data.task=az_to_b", "model.normalization_type=null",
                            "probes.enabled=logit_lens,z_shuffle", "probes.split=held_out"});
  EXPECT_EQ(run.run.data.as<DisambiguationOptions>().task, Direction::kAzToB);
  EXPECT_EQ(run.run.model.as<TransformerOptions>().normalization_type, Normalization::kNone);
  EXPECT_EQ(run.probes.enabled, (std::vector<std::string>{"logit_lens", "z_shuffle"}));
  EXPECT_EQ(run.probes.split, ProbeSplit::kHeldOut);
}

TEST_F(ShippedConfigs, HelpIsReadableAtSixtyColumns) {
  BoundRun run;
  std::istringstream lines(run.binder.help(60));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 60u) << line;
}

}  // namespace
}  // namespace kairo
