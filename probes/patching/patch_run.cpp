#include "probes/patching/patch_run.h"

#include <torch/utils.h>

namespace kairo {
namespace {

const Names<PatchSite> kSiteNames = {{PatchSite::kResidPre, "resid_pre"},
                                     {PatchSite::kResidMid, "resid_mid"},
                                     {PatchSite::kAttnOut, "attn_out"},
                                     {PatchSite::kMlpOut, "mlp_out"},
                                     {PatchSite::kQ, "q"},
                                     {PatchSite::kK, "k"},
                                     {PatchSite::kV, "v"},
                                     {PatchSite::kZ, "z"},
                                     {PatchSite::kPattern, "pattern"}};

bool is_rotary(const TransformerOptions& model) {
  return model.positional_embedding_type == PositionalEmbedding::kRotary;
}

// A pattern's query axis comes second, as positions do everywhere else.
at::Tensor as_recorded(PatchSite site, const at::Tensor& value) {
  return site == PatchSite::kPattern ? value.transpose(1, 2) : value;
}

PatchRun empty_run(int64_t n_layers) {
  PatchRun run;
  const auto n = static_cast<std::size_t>(n_layers);
  run.residual.resize(n + 1);
  for (auto* each : {&run.resid_mid, &run.attn_out, &run.mlp_out, &run.q, &run.k, &run.v, &run.z,
                     &run.pattern}) {
    each->resize(n);
  }
  return run;
}

using Add = Hooks& (Hooks::*)(const std::string&, Observer);

// Hooks that fill `run` from block `first` on; `add` says whether with values or with gradients.
void record_into(PatchRun& run, const TransformerOptions& model, int64_t first,
                 bool inside_attention, Add add, Hooks& hooks) {
  for (int64_t layer = first; layer < model.n_layers; ++layer) {
    for (const auto& [site, name] : kSiteNames) {
      const bool wanted = inside_attention || !is_inside_attention(site);
      if (!wanted || !exists_in(model, site)) continue;
      at::Tensor& place = run.at_site(site, layer);
      (hooks.*add)(hook_name(site, layer, model),
                   [&place, site = site](const at::Tensor& value, const HookPoint&) {
                     place = as_recorded(site, value);
                   });
    }
  }
  at::Tensor& end = run.residual.back();
  (hooks.*add)("blocks." + std::to_string(model.n_layers - 1) + ".hook_resid_post",
               [&end](const at::Tensor& value, const HookPoint&) { end = value; });
}

}  // namespace

const std::string& name_of(PatchSite site) { return name_in(kSiteNames, site); }

bool has_heads(PatchSite site) { return site >= PatchSite::kQ; }

bool is_inside_attention(PatchSite site) {
  return site == PatchSite::kQ || site == PatchSite::kPattern;
}

bool exists_in(const TransformerOptions& model, PatchSite site) {
  if (site == PatchSite::kMlpOut) return !model.attn_only;
  if (site == PatchSite::kResidMid) return !model.attn_only && !model.parallel_attn_mlp;
  return true;
}

std::string hook_name(PatchSite site, int64_t layer, const TransformerOptions& model) {
  const std::string block = "blocks." + std::to_string(layer) + ".";
  if (!has_heads(site)) return block + "hook_" + name_of(site);
  const bool rotated = is_rotary(model) && (site == PatchSite::kQ || site == PatchSite::kK);
  return block + "attn.hook_" + (rotated ? "rot_" : "") + name_of(site);
}

at::Tensor& PatchRun::at_site(PatchSite site, int64_t layer) {
  switch (site) {
    case PatchSite::kResidPre:
      return residual.at(layer);
    case PatchSite::kResidMid:
      return resid_mid.at(layer);
    case PatchSite::kAttnOut:
      return attn_out.at(layer);
    case PatchSite::kMlpOut:
      return mlp_out.at(layer);
    case PatchSite::kQ:
      return q.at(layer);
    case PatchSite::kK:
      return k.at(layer);
    case PatchSite::kV:
      return v.at(layer);
    case PatchSite::kZ:
      return z.at(layer);
    case PatchSite::kPattern:
      break;
  }
  return pattern.at(layer);
}

const at::Tensor& PatchRun::at_site(PatchSite site, int64_t layer) const {
  return const_cast<PatchRun*>(this)->at_site(site, layer);
}

PatchRun record_run(const Transformer& model, const at::Tensor& tokens, int64_t query,
                    const Recording& recording) {
  const bool causal = model.options().attention_dir == AttentionDir::kCausal;
  const int64_t n_pos = causal ? query + 1 : tokens.size(1);
  PatchRun run = empty_run(model.options().n_layers);
  Hooks hooks = recording.hooks;
  record_into(run, model.options(), 0, recording.inside_attention, &Hooks::observe, hooks);
  LayerOptions forward;
  forward.positions = {query};
  run.logits = model.forward(tokens.narrow(1, 0, n_pos), hooks, forward).squeeze(1);
  return run;
}

PatchRun record_rest(const Transformer& model, const PatchRun& run, int64_t layer, int64_t query,
                     const Recording& recording) {
  PatchRun rest = run;
  Hooks hooks = recording.hooks;
  record_into(rest, model.options(), layer, recording.inside_attention, &Hooks::observe, hooks);
  LayerOptions forward;
  forward.start_at_layer = layer;
  forward.positions = {query};
  rest.logits = model.forward_from(run.residual[layer], hooks, forward).squeeze(1);
  return rest;
}

PatchRun record_gradients(const Transformer& model, const PatchRun& run, int64_t query,
                          const ScalarOfLogits& scalar) {
  const torch::AutoGradMode with_graph(true);
  PatchRun gradients = empty_run(run.n_layers());
  Hooks hooks;
  const bool inside_attention = run.pattern.front().defined();
  record_into(gradients, model.options(), 0, inside_attention, &Hooks::observe_gradient, hooks);
  LayerOptions forward;
  forward.positions = {query};
  const at::Tensor start = run.residual.front().detach().requires_grad_();
  at::Tensor logits = model.forward_from(start, hooks, forward).squeeze(1);
  logits.retain_grad();
  scalar(logits).backward();
  gradients.logits = logits.grad();
  return gradients;
}

}  // namespace kairo
