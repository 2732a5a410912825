// Parity with TransformerLens's patching functions (tests/golden/README.md): the clean activation
// put into the corrupted run, the metric's mean over the batch at the last position. Limit 1e-5 of
// the table's norm: float32 rounding over a few layers is about 1e-6.
#include <gtest/gtest.h>
#include <torch/utils.h>

#include "probes/patching/patch_grid.h"
#include "probes/patching/patch_sweep.h"
#include "tests/core/model/golden.h"

namespace kairo {
namespace {

struct GoldenTable {
  std::string name;  // in the golden file
  PatchTable table;
};

const std::vector<GoldenTable> kTables = {
    {"resid_pre", {PatchSite::kResidPre, true}},
    {"resid_mid", {PatchSite::kResidMid, true}},
    {"attn_out", {PatchSite::kAttnOut, true}},
    {"mlp_out", {PatchSite::kMlpOut, true}},
    {"attn_head_z_all_pos", {PatchSite::kZ, false}},
    {"attn_head_z_by_pos", {PatchSite::kZ, true}},
    {"attn_head_q_by_pos", {PatchSite::kQ, true}},
    {"attn_head_pattern_all_pos", {PatchSite::kPattern, false}}};

class PatchingGolden : public testing::TestWithParam<std::string> {
 protected:
  PatchingGolden()
      : golden(GetParam()),
        tokens(golden.integers("/tokens")),
        query(tokens.size(1) - 1),
        metric(
            logit_difference(golden.integers("/answer_tokens"), golden.integers("/wrong_tokens"))) {
    golden.model.parameters().freeze();
    Recording recording;
    recording.inside_attention = true;
    clean = record_run(golden.model, tokens, query, recording);
    corrupted = record_run(golden.model, golden.integers("/corrupted_tokens"), query, recording);
    positions.n_run = tokens.size(1);
    for (int64_t pos = 0; pos < tokens.size(1); ++pos) positions.by_position.push_back(pos);
    positions.at_once = positions.by_position;
  }

  // The table in TransformerLens's order of axes: a head comes last.
  at::Tensor measured(const PatchTable& table) const {
    const PatchGrid grid = make_grid({table}, golden.model.options(), positions);
    const at::Tensor patched =
        run_patches({golden.model, corrupted, clean, metric, query}, grid.patches);
    const at::Tensor mean = grid.tables[0].of(patched).mean(0);
    return mean.dim() == 3 ? mean.transpose(1, 2) : mean;
  }

  const torch::NoGradGuard no_grad;
  Golden golden;
  at::Tensor tokens;
  int64_t query;
  PatchMetric metric;
  PatchRun clean, corrupted;
  GridPositions positions;
};

TEST_P(PatchingGolden, MetricsOfBothRunsAreTransformerLenss) {
  EXPECT_LT(relative_error(metric(clean.logits).mean(), golden.floats("/patching/clean_metric")),
            1e-5);
  EXPECT_LT(
      relative_error(metric(corrupted.logits).mean(), golden.floats("/patching/corrupted_metric")),
      1e-5);
}

TEST_P(PatchingGolden, EveryTableIsTransformerLenss) {
  std::size_t n_tables = 0;
  for (const GoldenTable& each : kTables) {
    if (!golden.expected.exists("/patching/" + each.name)) continue;
    ++n_tables;
    const at::Tensor expected = golden.floats("/patching/" + each.name);
    const double error = relative_error(measured(each.table), expected);
    EXPECT_LT(error, 1e-5) << each.name;
    RecordProperty(each.name, std::to_string(error * 1e9));  // in units of 1e-9
  }
  EXPECT_EQ(n_tables + 2, golden.expected.children("/patching").size());
}

INSTANTIATE_TEST_SUITE_P(Cases, PatchingGolden, testing::ValuesIn(golden_cases()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace kairo
