// The house without any study: compiled with an empty table and linked without the folder of one.
#include <gtest/gtest.h>

#include "analysis/event_windows.h"
#include "analysis/timed_series.h"
#include "core/base/error.h"
#include "core/config/options.h"
#include "core/data/task.h"
#include "studies/studies.h"

namespace kairo {
namespace {

TEST(NoStudies, OpensAndHasNoTask) {
  open_studies();
  EXPECT_TRUE(studies().empty());
  EXPECT_EQ(TaskOptions().name, "");
  EXPECT_TRUE(DataSection().fields().empty());
  EXPECT_THROW(make_dataset({}), Error);
}

TEST(NoStudies, ARunOfAnUnknownTaskHasNoEventsAndNoSeriesOfItsOwn) {
  RunData run;
  run.task = "unknown/variant";
  EXPECT_TRUE(named_events(run).empty());
  EXPECT_TRUE(timed_series(run).empty());
  EXPECT_EQ(event_names(), (std::vector<std::string>{"onset", "all"}));
  EXPECT_TRUE(probes_of_events("unknown").empty());
}

TEST(NoStudies, TheGeneralKeysOfTransitionsStay) {
  TransitionsOptions options;
  EXPECT_TRUE(options.thresholds.empty());
  EXPECT_STREQ(options.fields().front().name, "hold_spacings");
  EXPECT_THROW(options.threshold("accuracy"), std::out_of_range);
}

}  // namespace
}  // namespace kairo
