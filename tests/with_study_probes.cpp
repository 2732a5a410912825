// The main of tests that need the studies and their probes: as programs that measure, they open
// them first.
#include <gtest/gtest.h>

#include "studies/probes/study_probes.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  kairo::open_study_probes();
  return RUN_ALL_TESTS();
}
