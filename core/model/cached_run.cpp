#include "core/model/cached_run.h"

#include <torch/utils.h>

#include <map>
#include <set>

#include "core/base/error.h"

namespace kairo {
namespace {

// Elements of one activation under the part that is kept.
int64_t elements_of(const HookPoint& point, const std::map<std::string, int64_t>& sizes,
                    const CachePart& part) {
  int64_t n = 1;
  for (const std::string& axis : point.axes) {
    const bool is_position = axis == "pos" || axis == "query_pos";
    n *= is_position && !part.positions.empty() ? static_cast<int64_t>(part.positions.size())
                                                : sizes.at(axis);
  }
  return n;
}

void check_budget(const Model& model, const at::Tensor& tokens, const CacheOptions& options) {
  if (options.budget_bytes == 0) return;
  const std::size_t needed = cache_bytes(model, tokens.size(0), tokens.size(1), options);
  if (needed <= options.budget_bytes) return;
  throw Error(ErrorKind::kUsage)
      .at("cached run of " + std::to_string(tokens.size(0)) + " x " +
          std::to_string(tokens.size(1)) + " tokens")
      .fact("the cache would have " + std::to_string(needed) + " bytes, more than its budget of " +
            std::to_string(options.budget_bytes))
      .hint("name fewer points, keep fewer positions or run fewer examples");
}

}  // namespace

std::size_t cache_bytes(const Model& model, int64_t batch, int64_t pos,
                        const CacheOptions& options) {
  std::map<std::string, int64_t> sizes = model.axis_sizes();
  sizes.insert({{"batch", batch}, {"pos", pos}, {"query_pos", pos}, {"key_pos", pos}});
  std::set<int64_t> kept;
  for (const std::string& pattern : options.patterns) {
    for (const int64_t point : model.hook_table().match(pattern)) kept.insert(point);
  }
  std::size_t elements = 0;
  for (const int64_t index : kept) {
    const HookPoint& point = model.hook_table().points()[static_cast<std::size_t>(index)];
    elements += static_cast<std::size_t>(elements_of(point, sizes, options.part));
  }
  const std::size_t width = model.parameters().values().element_size();
  return elements * width * (options.loss ? 2 : 1);
}

CachedRun run_with_cache(const Model& model, const at::Tensor& tokens,
                         const CacheOptions& options) {
  check_budget(model, tokens, options);
  CachedRun run;
  Hooks hooks = options.hooks;
  for (const std::string& pattern : options.patterns) {
    cache_into(run.cache, pattern, hooks, options.part);
    if (options.loss) cache_gradients_into(run.gradients, pattern, hooks, options.part);
  }
  if (!options.loss) {
    run.logits = model.forward(tokens, hooks, options.forward);
    return run;
  }
  const torch::AutoGradMode with_graph(true);
  run.logits = model.forward(tokens, hooks, options.forward);
  options.loss(run.logits).backward();
  run.logits = run.logits.detach();
  run.cache = run.cache.detached();
  return run;
}

CachedRun run_with_cache(const Model& model, const at::Tensor& tokens,
                         const std::vector<std::string>& patterns) {
  CacheOptions options;
  options.patterns = patterns;
  return run_with_cache(model, tokens, options);
}

at::Tensor run_with_hooks(const Model& model, const at::Tensor& tokens,
                          const std::vector<std::pair<std::string, Edit>>& edits) {
  Hooks hooks;
  for (const auto& [pattern, edit] : edits) hooks.edit(pattern, edit);
  return model.forward(tokens, hooks);
}

at::Tensor run_with_hooks(const Model& model, const at::Tensor& tokens,
                          const std::vector<std::pair<std::string, Edit>>& edits,
                          const std::vector<std::pair<std::string, Edit>>& gradient_edits,
                          const std::function<at::Tensor(const at::Tensor& logits)>& loss) {
  Hooks hooks;
  for (const auto& [pattern, edit] : edits) hooks.edit(pattern, edit);
  for (const auto& [pattern, edit] : gradient_edits) hooks.edit_gradient(pattern, edit);
  const torch::AutoGradMode with_graph(true);
  const at::Tensor logits = model.forward(tokens, hooks);
  loss(logits).backward();
  return logits.detach();
}

}  // namespace kairo
