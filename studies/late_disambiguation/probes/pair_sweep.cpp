#include "studies/late_disambiguation/probes/pair_sweep.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/model/batch.h"
#include "probes/patching/patch_sweep.h"
#include "probes/quantities.h"

namespace kairo::late_disambiguation {
namespace {

constexpr double kNothingTolerance = 1e-5;
// Stream of probes.seed beside the one of the examples.
constexpr uint64_t kOtherBaseStream = 0x62617365;

std::vector<int64_t> range(int64_t begin, int64_t end) {
  std::vector<int64_t> all(static_cast<std::size_t>(end - begin));
  std::iota(all.begin(), all.end(), begin);
  return all;
}

std::vector<PatchTable> tables_of(const CausalPatchingOptions& options) {
  std::vector<PatchTable> chosen;
  for (const PatchTable& table : patch_tables()) {
    if (std::count(options.sites.begin(), options.sites.end(), table.name()) > 0) {
      chosen.push_back(table);
    }
  }
  return chosen;
}

bool is_causal(const TransformerOptions& model) {
  return model.attention_dir == AttentionDir::kCausal;
}

GridPositions sweep_positions(const CausalPatchingOptions& options, const ProbeInputs& inputs,
                              const TransformerOptions& model) {
  GridPositions positions;
  positions.n_run = is_causal(model) ? inputs.query() + 1 : inputs.inputs.size(1);
  positions.at_once = range(0, positions.n_run);
  positions.by_position = options.positions.empty() ? positions.at_once : options.positions;
  std::sort(positions.by_position.begin(), positions.by_position.end());
  const auto end = std::unique(positions.by_position.begin(), positions.by_position.end());
  positions.by_position.erase(end, positions.by_position.end());
  return positions;
}

}  // namespace

std::vector<int64_t> draw_other_bases(const Dataset& data, const ProbeInputs& inputs) {
  const Alternatives& part = *data.alternatives();
  const Documents& documents = *data.documents();
  std::vector<std::vector<int64_t>> by_value(part.n_values());
  for (int64_t i = 0; i < data.info().n_examples; ++i) by_value[part.value_of(i)].push_back(i);
  const uint64_t seed = static_cast<uint64_t>(inputs.options.seed) ^ kOtherBaseStream;
  std::vector<int64_t> others;
  for (const int64_t example : inputs.examples) {
    std::vector<int64_t> pool = by_value[part.value_of(example)];
    const auto own_base = [&](int64_t each) { return documents.of(each) == documents.of(example); };
    pool.erase(std::remove_if(pool.begin(), pool.end(), own_base), pool.end());
    Random random(seed, static_cast<uint64_t>(example));
    others.push_back(pool.empty() ? -1 : pool[random.below(pool.size())]);
  }
  return others;
}

PairSweep::PairSweep(const CausalPatchingOptions& options, const Transformer& model,
                     const ProbeInputs& inputs)
    : options_(options), model_(model), inputs_(inputs) {
  const Dataset& data = inputs.dataset();
  GridPositions positions = sweep_positions(options, inputs, model.options());
  const std::vector<PatchTable> tables = tables_of(options);
  if (inputs.has_counterparts()) grid_ = make_grid(tables, model.options(), positions);
  if (options.control == PatchControl::kNone || !inputs.has_counterparts()) return;
  const std::vector<int64_t> others = draw_other_bases(data, inputs);
  if (std::count(others.begin(), others.end(), -1) > 0) return;
  other_base_inputs_ = inputs_of(data, others).to(inputs.inputs.device());
  const Span span = *fixed_span(data, data.alternatives()->part());
  positions.at_once = positions.by_position = range(span.begin, span.end);
  control_grid_ = make_grid(tables, model.options(), positions);
}

PairDifferences PairSweep::run() const {
  std::vector<at::Tensor> clean, corrupt, patched, estimated, control, z_dependence;
  for (const Chunk& chunk : chunks(inputs_.n())) {
    const PairDifferences part = run(chunk);
    clean.push_back(part.clean);
    corrupt.push_back(part.corrupt);
    patched.push_back(part.patched);
    estimated.push_back(part.estimated);
    control.push_back(part.control);
    z_dependence.push_back(part.z_dependence);
  }
  return {at::cat(clean),     at::cat(corrupt), at::cat(patched),
          at::cat(estimated), at::cat(control), at::cat(z_dependence)};
}

PairDifferences PairSweep::run(const Chunk& chunk) const {
  const int64_t query = inputs_.query();
  const at::Tensor answer = chunk.of(inputs_.answer);
  Recording recording;
  recording.inside_attention = grid_.needs_inside_attention();
  const PatchRun clean = record_run(model_, chunk.of(inputs_.inputs), query, recording);
  const PatchRun corrupt = record_run(model_, chunk.of(inputs_.swapped_inputs), query, recording);
  const bool noising = options_.direction == PatchDirection::kNoising;
  const PatchRun& recipient = noising ? clean : corrupt;
  // An unknown a' reads logit 0; these rows become NaN in the end.
  const at::Tensor other = chunk.of(inputs_.other_answer).clamp_min(0);
  const SweepInputs sweep{model_, recipient, noising ? corrupt : clean,
                          logit_difference(answer, other), query};
  const at::Tensor none = at::empty({chunk.size(), 0}, answer.options().dtype(at::kDouble));

  PairDifferences result{
      sweep.metric(clean.logits), sweep.metric(corrupt.logits), none, none, none, {}};
  result.z_dependence = log_probability_of(clean.logits, answer).exp() -
                        log_probability_of(corrupt.logits, answer).exp();
  if (!grid_.patches.empty()) result.patched = run_patches(sweep, grid_.patches);
  check_before_part(result.patched, sweep);
  if (options_.attribution && !grid_.patches.empty()) {
    result.estimated = estimate_patches(sweep, grid_.patches);
  }
  if (!control_grid_.patches.empty()) {
    const PatchRun other_base = record_run(model_, chunk.of(other_base_inputs_), query, recording);
    result.control =
        run_patches({model_, recipient, other_base, sweep.metric, query}, control_grid_.patches);
  }
  return result;
}

void PairSweep::check_before_part(const at::Tensor& patched, const SweepInputs& sweep) const {
  if (!is_causal(model_.options())) return;
  const int64_t begin =
      fixed_span(inputs_.dataset(), inputs_.dataset().alternatives()->part())->begin;
  const at::Tensor unpatched = sweep.metric(sweep.recipient.logits);
  const double scale = std::max(1.0, sweep.recipient.logits.abs().max().item<double>());
  for (std::size_t i = 0; i < grid_.patches.size(); ++i) {
    const Patch& patch = grid_.patches[i];
    if (patch.positions.empty() || patch.positions.back() >= begin) continue;
    const at::Tensor moved = patched.select(1, static_cast<int64_t>(i)) - unpatched;
    if (moved.abs().max().item<double>() <= kNothingTolerance * scale) continue;
    throw Error(ErrorKind::kNumeric)
        .at("causal_patching, " + name_of(patch.site) + " of layer " + std::to_string(patch.layer))
        .fact("a patch at position " + std::to_string(patch.positions.back()) +
              ", which comes before z, has an effect")
        .hint("the model looks ahead, or the checkpoint holds NaN");
  }
}

}  // namespace kairo::late_disambiguation
