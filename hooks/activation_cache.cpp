#include "hooks/activation_cache.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/base/nearest_name.h"

namespace kairo {
namespace {

at::Tensor position_index(const CachePart& part, int64_t n, const HookPoint& point) {
  std::vector<int64_t> index = part.positions;
  for (int64_t& position : index) {
    const int64_t given = position;
    if (position < 0) position += n;
    if (position >= 0 && position < n) continue;
    throw Error(ErrorKind::kShape)
        .at("cached positions at " + point.name)
        .expected("-" + std::to_string(n) + " to " + std::to_string(n - 1))
        .came(std::to_string(given));
  }
  return at::tensor(index, at::kLong);
}

at::Tensor part_of(at::Tensor value, const HookPoint& point, const CachePart& part) {
  for (std::size_t axis = 0; axis < point.axes.size(); ++axis) {
    const bool is_position = point.axes[axis] == "pos" || point.axes[axis] == "query_pos";
    if (part.positions.empty() || !is_position) continue;
    const auto along = static_cast<int64_t>(axis);
    const at::Tensor index = position_index(part, value.size(along), point);
    value = value.index_select(along, index.to(value.device()));
  }
  if (!part.remove_batch_dim) return value;
  if (value.size(0) != 1) {
    throw Error(ErrorKind::kShape)
        .at("cache of " + point.name)
        .fact("it has " + std::to_string(value.size(0)) +
              " examples, so the batch axis cannot be left out")
        .hint("leave remove_batch_dim out");
  }
  return value.squeeze(0);
}

Observer keep(ActivationCache& cache, const CachePart& part) {
  return [&cache, part](const at::Tensor& value, const HookPoint& point) {
    cache.set(point.name, part_of(value, point, part));
  };
}

}  // namespace

const at::Tensor& ActivationCache::operator[](const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) {
    throw Error(ErrorKind::kNotFound)
        .at("activation '" + name + "'")
        .fact("this cache has no activation of that name")
        .hint(names_.empty() ? "the cache is empty" : did_you_mean(name, names_));
  }
  return found->second;
}

void ActivationCache::set(const std::string& name, const at::Tensor& value) {
  if (values_.insert_or_assign(name, value).second) names_.push_back(name);
}

std::size_t ActivationCache::bytes() const {
  std::size_t total = 0;
  for (const auto& [name, value] : values_) total += value.nbytes();
  return total;
}

ActivationCache ActivationCache::detached() const {
  ActivationCache result(*this);
  for (auto& [name, value] : result.values_) value = value.detach();
  return result;
}

void cache_into(ActivationCache& cache, const std::string& pattern, Hooks& hooks,
                const CachePart& part) {
  hooks.observe(pattern, keep(cache, part));
}

void cache_gradients_into(ActivationCache& cache, const std::string& pattern, Hooks& hooks,
                          const CachePart& part) {
  hooks.observe_gradient(pattern, keep(cache, part));
}

}  // namespace kairo
