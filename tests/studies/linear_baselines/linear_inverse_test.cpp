#include "studies/linear_baselines/linear_inverse.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"

namespace kairo::linear_baselines {
namespace {

LinearInverseOptions small_options(int64_t batch_size) {
  LinearInverseOptions options;
  options.d = 8;
  options.batch_size = batch_size;
  return options;
}

ControlSchedule schedule(int64_t max_steps, int64_t eval_every) {
  ControlSchedule options;
  options.max_steps = max_steps;
  options.eval_every = eval_every;
  return options;
}

// Two directions, s = 1 and 1/2, rate 1/2: after one update (1 - 1/2)² and (1 - 1/8)².
TEST(LinearInverse, DecaysByHandOverTwoDirections) {
  LinearInverseOptions options = small_options(0);
  options.d = 2;
  options.condition_number = 2;
  const Record record = run_linear_inverse(options, schedule(1, 1), 3);
  const std::vector<double>& errors = record.quantity("error").mean;
  ASSERT_EQ(errors.size(), 4U);
  EXPECT_NEAR(errors[0], 1, 1e-12);
  EXPECT_NEAR(errors[2], 1.0 / 4, 1e-12);
  EXPECT_NEAR(errors[3], 49.0 / 64, 1e-12);
  EXPECT_NEAR(record.quantity("loss").mean[1], (1.0 / 4 + 49.0 / 64) / 2, 1e-12);
}

// One direction, s = 1, rate 1/2, n = 2 examples: the error is multiplied by (1 - g/2)², g the mean
// of two squared normals: E[g] = 1, E[g²] = 1 + 2/2, so 1 - 1 + 2/4 = 1/2, which is
// (1 - 1/2)² + (1/4)(1 + 1)/2.
TEST(LinearInverse, NoiseOfABatchByHandInOneDirection) {
  std::vector<double> errors = {1};
  advance_expected_errors(small_options(2), {1}, errors);
  EXPECT_DOUBLE_EQ(errors[0], 1.0 / 4 + 1.0 / 4 * (1 + 1) / 2);
}

TEST(LinearInverse, SingularValuesAreLogSpacedToTheConditionNumber) {
  LinearInverseOptions options = small_options(0);
  options.d = 3;
  const std::vector<double> s = singular_values(options);
  EXPECT_DOUBLE_EQ(s[0], 1);
  EXPECT_DOUBLE_EQ(s[1], 0.1);
  EXPECT_DOUBLE_EQ(s[2], 0.01);
}

TEST(LinearInverse, TheExpectedGradientFollowsTheClosedFormToRounding) {
  const LinearInverseOptions options = small_options(0);
  const Record record = run_linear_inverse(options, schedule(2000, 100), 1);
  const std::vector<double> s = singular_values(options);
  const std::vector<double>& errors = record.quantity("error").mean;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const double pull = options.learning_rate * std::pow(s[i % s.size()], 2);
    const auto step = static_cast<double>(record.steps[i / s.size()]);
    EXPECT_NEAR(errors[i], std::pow(1 - pull, 2 * step), 1e-10) << i;
    EXPECT_NEAR(errors[i], record.quantity("error_closed_form").mean[i], 1e-10) << i;
  }
}

// Over seeds the mean must lie within four of its own standard errors of the expectation; without
// the noise's term it would be 20 of them away.
TEST(LinearInverse, MinibatchesFollowTheirExpectationOverSeeds) {
  const int64_t n_seeds = 400;
  double sum = 0, squares = 0, expected = 0, noiseless = 0;
  for (int64_t seed = 0; seed < n_seeds; ++seed) {
    const Record record = run_linear_inverse(small_options(4), schedule(30, 30), seed);
    const double error = record.quantity("error").mean[8];  // fastest direction, last step
    sum += error;
    squares += error * error;
    expected = record.quantity("error_closed_form").mean[8];
  }
  noiseless = std::pow(0.5, 2 * 30);
  const double mean = sum / n_seeds;
  const double deviation = std::sqrt(squares / n_seeds - mean * mean);
  const double standard_error = deviation / std::sqrt(static_cast<double>(n_seeds));
  EXPECT_LT(std::abs(mean - expected), 4 * standard_error) << mean << " " << expected;
  EXPECT_GT(std::abs(mean - noiseless), 8 * standard_error);
}

TEST(LinearInverse, TheSeedDecidesEveryNumber) {
  const auto loss = [](int64_t seed) {
    return run_linear_inverse(small_options(4), schedule(20, 10), seed).quantity("error").mean;
  };
  EXPECT_EQ(loss(1), loss(1));
  EXPECT_NE(loss(1), loss(2));
}

TEST(LinearInverse, ARateThatDivergesIsNamed) {
  LinearInverseOptions options = small_options(0);
  options.learning_rate = 10;
  try {
    run_linear_inverse(options, schedule(2000, 100), 0);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNumeric);
    EXPECT_NE(std::string(error.what()).find("baseline.linear_inverse.learning_rate"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace kairo::linear_baselines
