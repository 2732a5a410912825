#include "core/model/flat_parameters.h"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>

#include "core/base/random.h"

namespace kairo {
namespace {

at::ScalarType scalar_type(const ModelOptions& options) {
  return options.dtype == ModelDtype::kFloat64 ? at::kDouble : at::kFloat;
}

}  // namespace

FlatParameters::FlatParameters(const ModelOptions& options, at::Device device,
                               WeightGradients gradients)
    : layout_(options) {
  const auto kind = at::TensorOptions(scalar_type(options)).device(device);
  values_ = at::zeros({layout_.total()}, kind);
  if (gradients == WeightGradients::kKept) gradients_ = at::zeros_like(values_);
  make_leaves();
}

void FlatParameters::make_leaves() {
  leaves_.clear();
  for (const ParameterLayout::Slice& slice : layout_.slices()) {
    const auto part_of = [&](const at::Tensor& flat) {
      return flat.narrow(0, slice.offset, slice.elements).view(slice.shape);
    };
    at::Tensor leaf = part_of(values_).detach();
    if (gradients_.defined()) {
      leaf.requires_grad_();
      leaf.mutable_grad() = part_of(gradients_);
    }
    leaves_.emplace(slice.name, leaf);
  }
}

FlatParameters FlatParameters::shard() const {
  FlatParameters other(*this);
  other.gradients_ = at::zeros_like(values_);
  other.adds_in_place_ = true;
  other.make_leaves();
  return other;
}

Weight FlatParameters::weight(const std::string& name) const {
  const at::Tensor& leaf = leaves_.at(name);
  return adds_in_place_ && leaf.requires_grad() ? Weight(leaf, leaf.grad()) : Weight(leaf);
}

void FlatParameters::zero_gradients() { gradients_.zero_(); }

void FlatParameters::freeze() {
  gradients_.reset();
  make_leaves();
}

void initialize(FlatParameters& parameters, const ModelOptions& options) {
  const double deviation = 0.8 / std::sqrt(static_cast<double>(options.d_model));
  const torch::NoGradGuard no_grad;
  uint64_t stream = 0;
  for (const ParameterView& view : parameters.views()) {
    Random random(static_cast<uint64_t>(std::max<int64_t>(0, options.seed)), ++stream);
    at::Tensor target = view.of(parameters.values());
    const std::string word = view.name.substr(view.name.rfind('.') + 1);
    if (word == "w") {
      target.fill_(1);
    } else if (word[0] == 'W') {
      at::Tensor drawn = at::empty(view.shape, at::kDouble);
      double* numbers = drawn.data_ptr<double>();
      for (int64_t i = 0; i < drawn.numel(); ++i) numbers[i] = deviation * random.normal();
      target.copy_(drawn);
    }
  }
}

}  // namespace kairo
