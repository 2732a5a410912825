#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>

#include "tests/paths.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);
  }
  ~Environment() { unsetenv(name_); }

 private:
  const char* name_;
};

const char kDryRun[] = "--config quick --dry-run --quiet";

TEST(ComputeSetup, WarnsOfTheReferenceBlasWithTheCure) {
  const ProgramRunner runner;
  const Environment first("LD_PRELOAD", bin_dir() + "/stub/libblas.so");
  const Environment order("ASAN_OPTIONS", "verify_asan_link_order=0");
  const ProgramEnd end = runner.run("train", kDryRun);
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_NE(end.err.find("reference BLAS"), std::string::npos) << end.err;
  EXPECT_NE(end.err.find("apt-get install libopenblas0-openmp"), std::string::npos) << end.err;
  EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
}

// AVX2 was taken for no word at all, and the widest kernels ran.
TEST(ComputeSetup, RefusesAKernelPathThatIsNoneNamingThoseThatAre) {
  for (const char* word : {"AVX2", "sse", "avx2 "}) {
    const Environment asked("KAIRO_CPU", word);
    const ProgramEnd end = ProgramRunner().run("train", kDryRun);
    EXPECT_EQ(end.code, 2) << word << end.err;
    EXPECT_NE(end.err.find("baseline, avx2 or avx512"), std::string::npos) << end.err;
  }
  for (const char* word : {"", "baseline", "avx2", "avx512"}) {
    const Environment asked("KAIRO_CPU", word);
    EXPECT_EQ(ProgramRunner().run("train", kDryRun).code, 0) << word;
  }
}

TEST(ComputeSetup, SaysNothingOfAnotherBlas) {
  const ProgramEnd end = ProgramRunner().run("train", kDryRun);
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_EQ(end.err, "");
}

}  // namespace
}  // namespace kairo
