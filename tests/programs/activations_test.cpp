// The program activations against what TransformerLens computed (tests/golden).
#include <gtest/gtest.h>

#include <cmath>

#include "core/store/hdf5_file.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

// Over finite entries; infinite where the others do not stand at the same places.
double relative_error(const std::vector<double>& got, const std::vector<double>& expected) {
  if (got.size() != expected.size()) return INFINITY;
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::isfinite(got[i]) != std::isfinite(expected[i])) return INFINITY;
    if (!std::isfinite(got[i])) continue;
    difference += std::pow(got[i] - expected[i], 2);
    norm += std::pow(expected[i], 2);
  }
  return std::sqrt(difference / (norm + 1e-300));
}

class Activations : public testing::TestWithParam<std::string> {
 protected:
  std::string golden(const std::string& kind) const {
    return std::string(KAIRO_SOURCE_DIR) + "/tests/golden/" + GetParam() + "." + kind + ".h5";
  }
  ProgramRunner runner_;
};

TEST_P(Activations, FileHoldsWhatTransformerLensComputed) {
  const std::string output = runner_.folder() + "/out.h5";
  const ProgramEnd end =
      runner_.run("activations", "--checkpoint " + golden("checkpoint") + " --tokens " +
                                     golden("expected") + " --output " + output + " --gradients");
  ASSERT_EQ(end.code, 0) << end.err;
  const Hdf5Reader got(output), expected(golden("expected"));
  EXPECT_LT(relative_error(got.doubles("/logits"), expected.doubles("/logits")), 1e-5);
  EXPECT_LT(relative_error(got.doubles("/loss_per_token"), expected.doubles("/loss_per_token")),
            1e-5);
  for (const std::string group : {"/activations", "/gradients", "/parameter_gradients"}) {
    for (const std::string& name : expected.children(group)) {
      if (name.find("b_K") != std::string::npos) continue;  // zero but for rounding
      const std::string path = group + "/" + name;
      EXPECT_EQ(got.shape(path), expected.shape(path)) << path;
      EXPECT_LT(relative_error(got.doubles(path), expected.doubles(path)), 1e-5) << path;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Goldens, Activations,
                         testing::Values("gelu_ln_small", "attn_only", "relu_lnpre"),
                         [](const auto& info) { return info.param; });

TEST(ActivationsErrors, NamesTheNearestHookPointAndWritesNothing) {
  const ProgramRunner runner;
  const std::string golden = std::string(KAIRO_SOURCE_DIR) + "/tests/golden/attn_only";
  const std::string output = runner.folder() + "/out.h5";
  const ProgramEnd end = runner.run(
      "activations", "--checkpoint " + golden + ".checkpoint.h5 --tokens " + golden +
                         ".expected.h5 --output " + output + " --names blocks.0.attn.hook_paterns");
  EXPECT_EQ(end.code, 3);
  EXPECT_NE(end.err.find("blocks.0.attn.hook_pattern"), std::string::npos) << end.err;
  EXPECT_FALSE(std::filesystem::exists(output));
}

}  // namespace
}  // namespace kairo
