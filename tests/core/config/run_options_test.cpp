#include "core/config/run_options.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/config/field_printer.h"
#include "core/config/whole_config.h"

namespace kairo {
namespace {

// A key that loses its role would silently decide again.
TEST(RunOptions, KeysDecideTheTrajectoryButForThese) {
  RunOptions run;
  std::map<Role, std::set<std::string>> keys;
  for (const PathValue& each : values_by_path(run.sections())) keys[each.role].insert(each.path);
  EXPECT_EQ(keys[Role::kLabels], (std::set<std::string>{"experiment.name", "training.log_every"}));
  EXPECT_EQ(keys[Role::kSeeds], (std::set<std::string>{"experiment.seed"}));
  EXPECT_EQ(keys[Role::kObserves].size(), 8U);
  EXPECT_EQ(keys[Role::kObserves].count("training.stop_when_solved"), 1U);
  EXPECT_EQ(keys[Role::kDecides].count("training.shards"), 1U);  // part of the result's identity
}

TEST(OtherSections, AreAllAtTheTopOnceButTheBoundOnes) {
  WholeConfig whole;
  std::vector<std::string> names = other_sections({{"output", &whole.output}});
  EXPECT_EQ(names, (std::vector<std::string>{"experiment", "task", "data", "model", "training",
                                             "optimizer", "probes", "transitions"}));
  names = other_sections(whole.run.sections());
  EXPECT_EQ(names, (std::vector<std::string>{"probes", "transitions", "output"}));
}

}  // namespace
}  // namespace kairo
