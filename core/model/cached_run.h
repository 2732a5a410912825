// run_with_cache and run_with_hooks: TransformerLens's two calls, each a few lines on top of
// Model::forward.
//
//   const CachedRun run = run_with_cache(model, tokens, {"blocks.*.attn.hook_pattern"});
//   CacheOptions options;
//   options.part.positions = {-1};
//   options.loss = [](const at::Tensor& logits) { return logits.logsumexp(-1).mean(); };
//   const CachedRun with_gradients = run_with_cache(model, tokens, options);
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/model/model.h"
#include "hooks/activation_cache.h"

namespace kairo {

struct CachedRun {
  at::Tensor logits;
  ActivationCache cache;
  ActivationCache gradients;  // of options.loss; the same names
};

struct CacheOptions {
  // Globs; "*" is all but the points on request.
  std::vector<std::string> patterns = {"*"};
  CachePart part;
  ForwardOptions forward;
  // Further hooks of the same pass; they act before the cache sees a point.
  Hooks hooks;
  // A scalar of the logits: its gradients at the same points are kept too. Weights that are not
  // frozen gather theirs as in any backward pass.
  std::function<at::Tensor(const at::Tensor& logits)> loss;
  // The most bytes the cache may take (cache_bytes); 0: no limit. More is kUsage before anything is
  // run.
  std::size_t budget_bytes = 0;
};

// What a cached run would keep, in bytes, gradients included; without running it. Points that share
// memory (q, k and v of one product; a block's end and the next one's start) are counted each.
std::size_t cache_bytes(const Model& model, int64_t batch, int64_t pos,
                        const CacheOptions& options);

CachedRun run_with_cache(const Model& model, const at::Tensor& tokens, const CacheOptions& options);
CachedRun run_with_cache(const Model& model, const at::Tensor& tokens,
                         const std::vector<std::string>& patterns = {"*"});

// One pass with edits: {{"blocks.0.hook_resid_pre", zero_ablation()}}.
at::Tensor run_with_hooks(const Model& model, const at::Tensor& tokens,
                          const std::vector<std::pair<std::string, Edit>>& edits);
// The same with edits of gradients: runs backward from loss(logits) before it returns the logits.
at::Tensor run_with_hooks(const Model& model, const at::Tensor& tokens,
                          const std::vector<std::pair<std::string, Edit>>& edits,
                          const std::vector<std::pair<std::string, Edit>>& gradient_edits,
                          const std::function<at::Tensor(const at::Tensor& logits)>& loss);

}  // namespace kairo
