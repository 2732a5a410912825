#include "hooks/activation_cache.h"

#include <ATen/ATen.h>

#include "hooks/error.h"
#include "hooks/nearest_name.h"

namespace kairo {

const at::Tensor& ActivationCache::operator[](const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) {
    throw Error(ErrorKind::kNotFound,
                {"activation '" + name + "'", "a name in this cache", "none",
                 names_.empty() ? "the cache is empty" : did_you_mean(name, names_)});
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

void cache_into(ActivationCache& cache, const std::string& pattern, Hooks& hooks) {
  hooks.observe(pattern, [&cache](const at::Tensor& value, const HookPoint& point) {
    cache.set(point.name, value);
  });
}

void cache_gradients_into(ActivationCache& cache, const std::string& pattern, Hooks& hooks) {
  hooks.observe_gradient(pattern, [&cache](const at::Tensor& value, const HookPoint& point) {
    cache.set(point.name, value);
  });
}

}  // namespace kairo
