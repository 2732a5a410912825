// A patching sweep of k10_n1000's model: every resid_pre patch (4 layers x 16 positions) on 64
// sequences, against as many full forward passes. Two kinds of pairs: sequences that differ
// everywhere, and pairs that differ at z alone, as the probe has them. The floor is the products
// that no plan can do without (bench/sweep_products.h).
#include <torch/utils.h>

#include "bench/result.h"
#include "bench/sweep_products.h"
#include "core/base/error.h"
#include "core/model/cached_run.h"
#include "core/model/transformer/transformer.h"
#include "hooks/interventions.h"
#include "probes/patching/patch_grid.h"
#include "probes/patching/patch_sweep.h"

namespace kairo {
namespace {

constexpr int64_t kSequences = 64;
constexpr int64_t kPositions = 16;
constexpr int kRounds = 7;

struct PatchingWork {
  Transformer model{words()};
  at::Tensor clean, corrupt;
  PatchMetric metric;
  PatchGrid grid;

  explicit PatchingWork(bool differ_everywhere) {
    model.initialize();
    model.parameters().freeze();
    torch::manual_seed(2);
    clean = at::randint(40, {kSequences, kPositions}, at::kLong);
    corrupt =
        differ_everywhere ? at::randint(40, {kSequences, kPositions}, at::kLong) : clean.clone();
    if (!differ_everywhere) corrupt.narrow(1, 8, 2).copy_((clean.narrow(1, 8, 2) + 1) % 40);
    metric = logit_difference(at::full({kSequences}, 3, at::kLong),
                              at::full({kSequences}, 5, at::kLong));
    GridPositions positions;
    positions.n_run = kPositions;
    for (int64_t pos = 0; pos < kPositions; ++pos) positions.by_position.push_back(pos);
    grid = make_grid({{PatchSite::kResidPre, true}}, model.options(), positions);
  }

  static TransformerOptions words() {
    TransformerOptions options;
    options.d_vocab = 40;
    return options;
  }

  // Both runs are part of the sweep's cost.
  at::Tensor planned() const {
    const PatchRun recipient = record_run(model, clean, kPositions - 1);
    const PatchRun donor = record_run(model, corrupt, kPositions - 1);
    return run_patches({model, recipient, donor, metric, kPositions - 1}, grid.patches);
  }

  ProductFloor floor() const {
    const PatchRun recipient = record_run(model, clean, kPositions - 1);
    const PatchRun donor = record_run(model, corrupt, kPositions - 1);
    const SweepInputs sweep{model, recipient, donor, metric, kPositions - 1};
    return sweep_floor(sweep, grid.patches, bench_pool());
  }

  void full_passes() const {
    for (std::size_t i = 0; i < grid.patches.size(); ++i) model.forward(clean);
  }

  at::Tensor one_by_one() const {
    std::vector<at::Tensor> columns;
    for (const Patch& patch : grid.patches) {
      const std::string name = hook_name(patch.site, patch.layer, model.options());
      const at::Tensor donor = run_with_cache(model, corrupt, {name}).cache[name];
      const at::Tensor logits =
          run_with_hooks(model, clean, {{name, kairo::patch(donor, {patch.positions, {}})}});
      columns.push_back(metric(logits.select(1, kPositions - 1)));
    }
    return at::stack(columns, 1);
  }
};

void sweep_against_full_passes(benchmark::State& state, bool differ_everywhere) {
  const torch::NoGradGuard no_grad;
  const PatchingWork work(differ_everywhere);
  require_close("one full pass a patch", relative_difference(work.planned(), work.one_by_one()),
                1e-5);
  ProductFloor floor = work.floor();
  const auto seconds = time_in_turns(
      {[&] { work.planned(); }, [&] { work.full_passes(); }, [&] { floor.sample(); }}, kRounds);
  report(state, seconds[0], floor.seconds());
  state.counters["full_passes_ms"] = 1e3 * median(seconds[1]);
  state.counters["share_of_full_passes"] = median(seconds[0]) / median(seconds[1]);
}

}  // namespace

void register_benches() {
  add_bench("patching/resid_pre_4x16_all_positions_differ",
            [](auto& state) { sweep_against_full_passes(state, true); });
  add_bench("patching/resid_pre_4x16_pairs_differ_at_z",
            [](auto& state) { sweep_against_full_passes(state, false); });
}

}  // namespace kairo
