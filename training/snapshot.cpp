#include "training/snapshot.h"

#include <ATen/ATen.h>

#include "core/model/checkpoint_io.h"

namespace kairo {

void copy_into(at::Tensor& copy, const at::Tensor& values) {
  if (!copy.defined() || copy.sizes() != values.sizes() ||
      copy.scalar_type() != values.scalar_type()) {
    copy = at::empty(values.sizes(), values.options().device(at::kCPU));
  }
  copy.copy_(values);
}

OptimizerState to_saved(const OptimizerSnapshot& snapshot, const FlatParameters& layout) {
  OptimizerState saved;
  saved.name = snapshot.name;
  saved.step = snapshot.step;
  for (const auto& [state, values] : snapshot.states) {
    saved.states[state] = to_arrays(layout, values);
  }
  return saved;
}

}  // namespace kairo
