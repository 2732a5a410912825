#include "training/snapshot.h"

#include <ATen/ATen.h>

#include "core/model/checkpoint_io.h"

namespace kairo {

namespace {

NamedArray array_of(const NamedState& state) {
  const at::Tensor flat = state.values.to(at::kFloat).contiguous();
  const float* values = flat.data_ptr<float>();
  return {state.part, flat.sizes().vec(), {values, values + flat.numel()}};
}

}  // namespace

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
  for (const NamedState& each : snapshot.states) {
    std::vector<NamedArray>& arrays = saved.states[each.state];
    if (each.part.empty()) {
      arrays = to_arrays(layout, each.values);
    } else {
      arrays.push_back(array_of(each));
    }
  }
  return saved;
}

}  // namespace kairo
