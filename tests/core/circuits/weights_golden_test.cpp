// Circuits, head scores and rewritten weights against TransformerLens (tests/golden/README.md).
// Limit 1e-5 relative in norm, of float32 rounding; head scores by kAbs are rounded to three
// decimals there.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "core/circuits/circuits.h"
#include "core/circuits/head_detectors.h"
#include "core/circuits/processing.h"
#include "tests/core/model/golden.h"
#include "tests/paths.h"

namespace kairo {
namespace {

constexpr double kGoldenLimit = 1e-5;

class WeightsGolden : public testing::TestWithParam<std::string> {
 protected:
  WeightsGolden()
      : golden(GetParam()),
        file(source_dir() + "/tests/golden/more/" + GetParam() + ".weights.h5") {}

  at::Tensor floats(const std::string& path) const {
    return at::tensor(file.floats(path)).reshape(file.shape(path));
  }
  void expect_close(const at::Tensor& got, const std::string& path) const {
    EXPECT_LT(relative_error(got, floats(path)), kGoldenLimit) << path;
  }

  Golden golden;
  Hdf5Reader file;
};

TEST_P(WeightsGolden, CompositionScoresAreTransformerLenss) {
  if (golden.model.options().n_layers == 1) {
    EXPECT_EQ(composition_scores(golden.model, Composition::kQ).abs().max().item<float>(), 0);
    return;
  }
  expect_close(composition_scores(golden.model, Composition::kQ), "/composition/Q");
  expect_close(composition_scores(golden.model, Composition::kK), "/composition/K");
  expect_close(composition_scores(golden.model, Composition::kV), "/composition/V");
}

TEST_P(WeightsGolden, SingularValuesNormsAndEigenvaluesAreTransformerLenss) {
  const FactoredMatrix ov = ov_circuits(golden.model);
  expect_close(ov.svd().S, "/OV/S");
  expect_close(ov.norm(), "/OV/norm");
  expect_close(qk_circuits(golden.model).svd().S, "/QK/S");
  // In any order: their sum and the sum of their absolute values.
  const at::Tensor eigenvalues = ov.eigenvalues();
  expect_close(at::real(eigenvalues.sum(-1)), "/OV/eigenvalue_sum");
  expect_close(eigenvalues.abs().sum(-1), "/OV/eigenvalue_abs_sum");
  expect_close(ov.trace(), "/OV/eigenvalue_sum");
}

TEST_P(WeightsGolden, HeadScoresAreTransformerLenss) {
  const at::Tensor tokens =
      at::tensor(file.integers("/repeated_tokens")).reshape(file.shape("/repeated_tokens"));
  const std::pair<const char*, HeadKind> kinds[] = {
      {"previous_token_head", HeadKind::kPreviousToken},
      {"duplicate_token_head", HeadKind::kDuplicateToken},
      {"induction_head", HeadKind::kInduction}};
  for (const auto& [name, kind] : kinds) {
    for (const std::string excluded : {"00", "01", "10", "11"}) {
      const bool bos = excluded[0] == '1', current = excluded[1] == '1';
      const std::string path = std::string("/heads/") + name + "/";
      expect_close(
          detect_heads(golden.model, tokens, kind, {ErrorMeasure::kMul, bos, current}).per_example,
          path + "mul/" + excluded);
      const at::Tensor off =
          detect_heads(golden.model, tokens, kind, {ErrorMeasure::kAbs, bos, current}).per_example -
          floats(path + "abs/" + excluded);
      EXPECT_LT(off.abs().max().item<float>(), 0.000501) << path << excluded;
    }
  }
}

TEST_P(WeightsGolden, RewrittenWeightsAreTransformerLenss) {
  ProcessingOptions all;
  all.fold_ln = all.center_writing_weights = all.center_unembed = all.fold_value_biases = true;
  const Transformer result = process(golden.model, all);
  const FlatParameters& parameters = result.parameters();
  EXPECT_EQ(file.children("/processed").size(), parameters.views().size());
  for (const ParameterView& view : parameters.views()) {
    const at::Tensor got = view.of(parameters.values()),
                     expected = floats("/processed/" + view.name);
    EXPECT_LT((got - expected).norm().item<float>(),
              kGoldenLimit * std::max(1.0F, expected.norm().item<float>()))
        << view.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, WeightsGolden, testing::ValuesIn(golden_cases()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace kairo
