#include "probes/patching/path_patching.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include "core/base/error.h"
#include "core/model/cached_run.h"
#include "hooks/interventions.h"
#include "probes/patching/patch_sweep.h"
#include "tests/core/model/golden.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

class PathPatching : public testing::Test {
 protected:
  explicit PathPatching(const std::function<void(TransformerOptions&)>& change =
                            [](TransformerOptions&) {})
      : data(tiny::data()), inputs(tiny::inputs(data)), model(make_model(*data, change)) {
    metric = logit_difference(inputs.answer, inputs.other_answer);
    Recording recording;
    recording.inside_attention = true;
    clean = record_run(model, inputs.inputs, inputs.query(), recording);
    corrupt = record_run(model, inputs.swapped_inputs, inputs.query(), recording);
  }

  static Transformer make_model(const Dataset& data,
                                const std::function<void(TransformerOptions&)>& change) {
    TransformerOptions words = tiny::model_words(data);
    words.dtype = ModelDtype::kFloat64;
    change(words);
    return tiny::random_model(words);
  }

  SweepInputs sweep() const { return {model, clean, corrupt, metric, inputs.query()}; }

  // The definition, with hooks on whole passes: first the frozen run, then the receiver alone.
  at::Tensor by_two_passes(const PathSender& sender, const PathReceiver& receiver,
                           bool through_mlps) const {
    const CachedRun recipient = run_with_cache(model, inputs.inputs);
    const CachedRun donor = run_with_cache(model, inputs.swapped_inputs);
    CacheOptions frozen;
    for (int64_t layer = 0; layer < model.options().n_layers; ++layer) {
      const std::string block = "blocks." + std::to_string(layer) + ".";
      const std::string z = block + "attn.hook_z";
      frozen.hooks.edit(z, patch(recipient.cache[z]));
      if (layer == sender.layer) frozen.hooks.edit(z, patch(donor.cache[z], {{}, {sender.head}}));
      if (through_mlps || layer < sender.layer) continue;
      frozen.hooks.edit(block + "hook_mlp_out", patch(recipient.cache[block + "hook_mlp_out"]));
    }
    const CachedRun frozen_run = run_with_cache(model, inputs.inputs, frozen);
    const std::string at = hook_name(receiver.site, receiver.layer, model.options());
    return metric(run_with_hooks(model, inputs.inputs,
                                 {{at, patch(frozen_run.cache[at], {{}, {receiver.head}})}})
                      .select(1, inputs.query()));
  }

  const torch::NoGradGuard no_grad;
  std::shared_ptr<const MemoryDataset> data;
  ProbeInputs inputs;
  Transformer model;
  PatchMetric metric;
  PatchRun clean, corrupt;
};

TEST_F(PathPatching, EqualsTwoWholePassesForEveryPairOfHeads) {
  for (const bool through_mlps : {true, false}) {
    double largest_effect = 0;
    for (int64_t layer = 1; layer < 3; ++layer) {
      for (const PatchSite site : {PatchSite::kQ, PatchSite::kK, PatchSite::kV}) {
        const PathSender sender{0, 1};
        const PathReceiver receiver{site, layer, 0};
        const at::Tensor got =
            run_paths(sweep(), {sender}, {receiver}, {through_mlps}).heads.flatten();
        const at::Tensor expected = by_two_passes(sender, receiver, through_mlps);
        EXPECT_LT(relative_error(got, expected), 1e-12) << name_of(site) << layer;
        const at::Tensor moved = got - metric(clean.logits);
        largest_effect = std::max(largest_effect, moved.abs().max().item<double>());
      }
    }
    EXPECT_GT(largest_effect, 1e-4);
  }
}

TEST_F(PathPatching, AReceiverThatIsNotLaterIsNotReached) {
  const PathMetrics paths =
      run_paths(sweep(), {{1, 0}}, {{PatchSite::kQ, 1, 1}, {PatchSite::kV, 0, 0}}, {});
  const at::Tensor unpatched = metric(clean.logits);
  EXPECT_LT(relative_error(paths.heads.select(2, 0).squeeze(1), unpatched), 1e-12);
  EXPECT_TRUE(at::equal(paths.heads.select(2, 1).squeeze(1), unpatched));
}

TEST_F(PathPatching, FromTheLastLayerTheOnlyPathIsTheOneToTheLogits) {
  // Nothing stands behind the last block's heads but its MLP: the path is the whole effect of z.
  const PathMetrics paths = run_paths(sweep(), {{2, 1}}, {}, {});
  std::vector<int64_t> everywhere(inputs.query() + 1);
  std::iota(everywhere.begin(), everywhere.end(), 0);
  const at::Tensor z = run_patches(sweep(), {{PatchSite::kZ, 2, 1, everywhere}});
  EXPECT_LT(relative_error(paths.logits, z), 1e-12);
  EXPECT_EQ(paths.heads.size(2), 0);
}

TEST_F(PathPatching, AReceiverThatIsNoHeadsInputIsRefused) {
  EXPECT_THROW(run_paths(sweep(), {{0, 0}}, {{PatchSite::kZ, 1, 0}}, {}), Error);
  EXPECT_THROW(run_paths(sweep(), {{0, 7}}, {}, {}), Error);
}

}  // namespace
}  // namespace kairo
