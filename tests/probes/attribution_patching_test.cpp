#include <gtest/gtest.h>
#include <torch/utils.h>

#include "probes/patching/patch_grid.h"
#include "probes/patching/patch_sweep.h"
#include "tests/core/model/golden.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

struct Setting {
  std::shared_ptr<const MemoryDataset> data = tiny::data();
  ProbeInputs inputs = tiny::inputs(data);
  Transformer model;
  PatchMetric metric = logit_difference(inputs.answer, inputs.other_answer);
  PatchRun clean, corrupt;

  explicit Setting(const std::function<void(TransformerOptions&)>& change)
      : model(make(*data, change)) {
    model.parameters().freeze();
    Recording recording;
    recording.inside_attention = true;
    const torch::NoGradGuard no_grad;
    clean = record_run(model, inputs.inputs, inputs.query(), recording);
    corrupt = record_run(model, inputs.swapped_inputs, inputs.query(), recording);
  }
  static Transformer make(const Dataset& data,
                          const std::function<void(TransformerOptions&)>& change) {
    TransformerOptions words = tiny::model_words(data);
    words.dtype = ModelDtype::kFloat64;
    change(words);
    return tiny::random_model(words);
  }
  SweepInputs sweep(const PatchRun& donor) const {
    return {model, clean, donor, metric, inputs.query()};
  }
};

TEST(AttributionPatching, IsExactWhereEverythingBehindTheSiteIsLinear) {
  // Without norm and MLP, a head's z of the last block reaches the logits by W_O and W_U alone.
  const Setting made([](TransformerOptions& words) {
    words.attn_only = true;
    words.normalization_type = Normalization::kNone;
  });
  std::vector<Patch> patches;
  for (int64_t head = 0; head < 2; ++head) {
    patches.push_back({PatchSite::kZ, 2, head, {made.inputs.query()}});
    patches.push_back({PatchSite::kPattern, 2, head, {made.inputs.query()}});
  }
  const at::Tensor exact = run_patches(made.sweep(made.corrupt), patches);
  EXPECT_LT(relative_error(estimate_patches(made.sweep(made.corrupt), patches), exact), 1e-12);
  EXPECT_GT((exact - made.metric(made.clean.logits).unsqueeze(1)).abs().max().item<double>(), 1e-3);
}

// At every site: of a donor 1e-4 away along the real difference, the estimate misses by the square.
TEST(AttributionPatching, MissesBySecondOrderAtEverySite) {
  const Setting made([](TransformerOptions&) {});
  const torch::NoGradGuard no_grad;
  const double step = 1e-4;
  PatchRun near = made.clean;
  GridPositions positions;
  positions.n_run = made.inputs.query() + 1;
  for (int64_t pos = 0; pos < positions.n_run; ++pos) positions.by_position.push_back(pos);
  positions.at_once = positions.by_position;
  const PatchGrid grid = make_grid(patch_tables(), made.model.options(), positions);
  for (const SiteGrid& table : grid.tables) {
    for (int64_t layer = 0; layer < near.n_layers(); ++layer) {
      const at::Tensor& from = made.clean.at_site(table.table.site, layer);
      const at::Tensor& to = made.corrupt.at_site(table.table.site, layer);
      near.at_site(table.table.site, layer) = from + step * (to - from);
    }
  }
  const at::Tensor unpatched = made.metric(made.clean.logits).unsqueeze(1);
  const at::Tensor exact = run_patches(made.sweep(near), grid.patches) - unpatched;
  const at::Tensor estimate = estimate_patches(made.sweep(near), grid.patches) - unpatched;
  for (const SiteGrid& table : grid.tables) {
    const at::Tensor moved = table.of(exact), guessed = table.of(estimate);
    EXPECT_GT(moved.abs().max().item<double>(), 1e-7) << table.table.name();
    EXPECT_LT(relative_error(guessed, moved), 1e-2) << table.table.name();
  }
}

TEST(AttributionPatching, ADonorEqualToTheRecipientIsEstimatedToChangeNothing) {
  const Setting made([](TransformerOptions&) {});
  const at::Tensor estimate =
      estimate_patches(made.sweep(made.clean), {{PatchSite::kResidPre, 0, -1, {1, 2}}});
  EXPECT_TRUE(at::equal(estimate.squeeze(1), made.metric(made.clean.logits)));
}

}  // namespace
}  // namespace kairo
