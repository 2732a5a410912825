// ActivationCache: what one forward (or backward) pass showed, by hook name, in firing order. A
// container only; algebra that needs weights lives in core/model.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "hooks/hooks.h"

namespace kairo {

class ActivationCache {
 public:
  // kNotFound naming the nearest names held.
  const at::Tensor& operator[](const std::string& name) const;
  bool has(const std::string& name) const { return values_.count(name) > 0; }
  void set(const std::string& name, const at::Tensor& value);

  // In the order they came.
  const std::vector<std::string>& names() const { return names_; }
  std::size_t size() const { return names_.size(); }
  // Bytes of all tensors held; two that share memory count twice.
  std::size_t bytes() const;

  // The same values outside any graph, so that nothing else is kept alive.
  ActivationCache detached() const;

 private:
  std::vector<std::string> names_;
  std::map<std::string, at::Tensor> values_;
};

// Which part of each activation a cache keeps.
struct CachePart {
  // Of the axes pos and query_pos, in this order; negative ones count from the end; empty: all.
  std::vector<int64_t> positions;
  // Leaves out the first axis; kShape where the batch has more than one example.
  bool remove_batch_dim = false;
};

// Hooks that fill `cache`, which must outlive the pass, with every point that `pattern` matches.
// Tensors are kept as they are, in their graph where there is one; gradients are kept as they come.
// Chosen positions are copied, so that the rest of an activation is not kept alive.
void cache_into(ActivationCache& cache, const std::string& pattern, Hooks& hooks,
                const CachePart& part = {});
void cache_gradients_into(ActivationCache& cache, const std::string& pattern, Hooks& hooks,
                          const CachePart& part = {});

}  // namespace kairo
