// The main of tests that need the studies: as the programs, they open them first.
#include <gtest/gtest.h>

#include "studies/studies.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  kairo::open_studies();
  return RUN_ALL_TESTS();
}
