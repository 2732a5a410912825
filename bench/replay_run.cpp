#include "bench/replay_run.h"

#include <torch/utils.h>

#include <filesystem>

#include "analysis/figures/figure.h"
#include "analysis/report/report.h"
#include "bench/result.h"
#include "bench/sweep_products.h"
#include "core/data/dataset_file.h"
#include "core/data/task.h"
#include "core/files/atomic_file.h"
#include "core/model/cached_run.h"
#include "core/model/checkpoint_io.h"
#include "core/model/transformer/layout.h"
#include "core/model/transformer/transformer.h"
#include "core/store/record.h"
#include "hooks/interventions.h"
#include "probes/patching/patch_sweep.h"
#include "probes/registry.h"
#include "studies/late_disambiguation/probes/causal_patching.h"
#include "studies/late_disambiguation/probes/pair_sweep.h"

namespace kairo {
namespace {

using namespace late_disambiguation;

constexpr int64_t kSpacing = 200;
constexpr double kStepOfWeights = 0.02;  // standard deviation between two checkpoints

void write_checkpoints(const RunDirectory& directory, const TransformerOptions& words, int64_t n) {
  const torch::NoGradGuard no_grad;
  torch::manual_seed(4);
  FlatParameters parameters = transformer_parameters(words);
  initialize(parameters, words);
  for (int64_t i = 0; i < n; ++i) {
    Checkpoint checkpoint;
    checkpoint.step = i * kSpacing;
    checkpoint.experiment = directory.experiment();
    checkpoint.model_json = to_json(words);
    checkpoint.parameters = to_arrays(parameters, parameters.values());
    write_checkpoint(directory.checkpoint(checkpoint.step), checkpoint);
    parameters.values().add_(at::randn_like(parameters.values()), kStepOfWeights);
  }
}

// One chunk of the probe's pairs in the last checkpoint, both runs recorded.
struct Pairs {
  ProbeInputs inputs;
  Transformer model;
  CausalPatchingOptions options;
  PatchRun clean, corrupt;

  Pairs(const RunDirectory& directory, const TrajectoryPoint& point)
      : inputs(make_probe_inputs(read_dataset(directory.dataset_file()), {})),
        model(take_transformer(load_model(point.path), "bench_replay")),
        clean(record_run(model, inputs.inputs, inputs.query())),
        corrupt(record_run(model, inputs.swapped_inputs, inputs.query())) {}

  PatchMetric metric() const {
    return logit_difference(inputs.answer, inputs.other_answer.clamp_min(0));
  }
  SweepInputs sweep() const { return {model, clean, corrupt, metric(), inputs.query()}; }
};

// K continuations of the target's tokens but the last, behind the shared prefix.
ShardProducts candidates_products(const Pairs& pairs) {
  const int64_t n_choices = pairs.inputs.dataset().choices()->n_choices();
  const int64_t rows = pairs.inputs.n() * n_choices * (pairs.inputs.target().size() - 1);
  return {forward_products(pairs.model.options(), {rows, 1, {}}).linear, 0};
}

// The probes that run by default: performance, on which events are timed, and those enabled.
std::vector<std::string> default_names() {
  std::vector<std::string> names = ProbesOptions().enabled;
  names.insert(names.begin(), "performance");
  return names;
}

}  // namespace

ReplayRun::ReplayRun(int64_t n_checkpoints)
    : directory_(scratch_.path(), "bench"), n_checkpoints_(n_checkpoints) {
  TaskRequest request;
  request.name = TaskOptions().name;
  const std::shared_ptr<const Dataset> data = make_dataset(request);
  create_folder(directory_.checkpoints());
  data->save(directory_.dataset_file());
  TransformerOptions words;
  words.d_vocab = data->info().d_vocab();
  write_checkpoints(directory_, words, n_checkpoints);
}

std::vector<TrajectoryPoint> ReplayRun::points() const {
  return find_checkpoints(directory_.checkpoints());
}

void ReplayRun::replay_all(int jobs) const {
  const auto probes = make_probes();
  std::vector<Probe*> all;
  for (const std::string& name : default_names()) all.push_back(&find_probe(probes, name));
  ReplayOptions options;
  options.jobs = jobs;
  replay(directory_, all, {}, points(), options);
}

void ReplayRun::forget_records() const {
  std::filesystem::remove_all(directory_.root() + "/probes");
}

std::string ReplayRun::analyze() const {
  const RunData data = load_run(directory_, ReplayOptions().label, default_names(), {}, kSpacing);
  const Findings findings = find_all(data);
  create_folder(directory_.figures());
  const auto figures = draw_figures({data, findings.transitions}, directory_.figures(), {});
  write_reports(directory_, data, findings, figures);
  return read_file(directory_.report("json"));
}

void ReplayRun::check() const {
  const torch::NoGradGuard no_grad;
  const TrajectoryPoint last = points().back();
  const CausalPatchingProbe probe;
  const Pairs pairs(directory_, last);
  const PatchMetric metric = pairs.metric();
  for (const Quantity& quantity : probe.measure(pairs.model, pairs.inputs)) {
    if (quantity.name != "ld_patched/resid_pre") continue;
    const auto rows = pairs.inputs.n();
    const at::Tensor came = at::tensor(quantity.per_example).view({rows, quantity.size()});
    std::vector<at::Tensor> columns;
    for (const int64_t layer : quantity.axes[0].values) {
      const std::string name = hook_name(PatchSite::kResidPre, layer, pairs.model.options());
      const at::Tensor donor =
          run_with_cache(pairs.model, pairs.inputs.swapped_inputs, {name}).cache[name];
      for (const int64_t pos : quantity.axes[1].values) {
        const at::Tensor logits = run_with_hooks(pairs.model, pairs.inputs.inputs,
                                                 {{name, kairo::patch(donor, {{pos}, {}})}});
        columns.push_back(metric(logits.select(1, pairs.inputs.query())));
      }
    }
    const at::Tensor is_pair = pairs.inputs.is_pair.nonzero().squeeze(1);
    require_close("one full pass a patch",
                  relative_difference(came.index_select(0, is_pair),
                                      at::stack(columns, 1).index_select(0, is_pair)),
                  1e-5);
    return;
  }
  require_close("a quantity ld_patched/resid_pre", 1, 0);
}

ShardProducts ReplayRun::products_of_a_checkpoint() const {
  const torch::NoGradGuard no_grad;
  const Pairs pairs(directory_, points().back());
  const PairSweep grid(pairs.options, pairs.model, pairs.inputs);
  ShardProducts products = sweep_products(pairs.sweep(), grid.grid().patches, 1);
  products.add(candidates_products(pairs));
  const ShardProducts pass =
      recording_products(pairs.model.options(), pairs.inputs.n(), pairs.inputs.query());
  // performance, attention_to_z, logit_lens, candidates' prefix, and z_shuffle's two.
  for (int i = 0; i < 6; ++i) products.add(pass);
  return products;
}

}  // namespace kairo
