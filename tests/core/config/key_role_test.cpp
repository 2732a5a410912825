#include "core/config/key_role.h"

#include <gtest/gtest.h>

#include <set>

#include "core/config/field_printer.h"
#include "core/config/model_options.h"
#include "core/config/options.h"

namespace kairo {
namespace {

// A key that is renamed would silently decide again.
TEST(KeyRole, IsToDecideForAllKeysOfARunButThese) {
  ExperimentOptions experiment;
  TaskOptions task;
  DataOptions data;
  ModelOptions model;
  TrainingOptions training;
  std::set<std::string> labels, seeds, observes;
  for (const auto& [path, value] : values_by_path({{"experiment", &experiment},
                                                   {"task", &task},
                                                   {"data", &data},
                                                   {"model", &model},
                                                   {"training", &training}})) {
    const KeyRole role = role_of_key(path);
    if (role == KeyRole::kLabels) labels.insert(path);
    if (role == KeyRole::kSeeds) seeds.insert(path);
    if (role == KeyRole::kObserves) observes.insert(path);
  }
  EXPECT_EQ(labels, (std::set<std::string>{"experiment.name", "training.log_every"}));
  EXPECT_EQ(seeds, (std::set<std::string>{"experiment.seed"}));
  EXPECT_EQ(observes.size(), 8U);
  EXPECT_TRUE(observes.count("training.stop_when_solved") == 1);
  EXPECT_EQ(role_of_key("training.shards"), KeyRole::kDecides);  // part of the result's identity
  EXPECT_EQ(role_of_key("training.a_key_to_come"), KeyRole::kDecides);
}

}  // namespace
}  // namespace kairo
