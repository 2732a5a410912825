#include "core/model/flat_parameters.h"

#include <ATen/ATen.h>

#include <utility>

namespace kairo {
namespace {

at::ScalarType scalar_type(ModelDtype dtype) {
  return dtype == ModelDtype::kFloat64 ? at::kDouble : at::kFloat;
}

}  // namespace

FlatParameters::FlatParameters(ParameterLayout layout, ModelDtype dtype, at::Device device,
                               WeightGradients gradients)
    : layout_(std::move(layout)) {
  const auto kind = at::TensorOptions(scalar_type(dtype)).device(device);
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

at::Tensor FlatParameters::leaf(const std::string& name) const {
  const std::string* slice = slice_of_tied(name);
  return slice == nullptr ? leaves_.at(name) : leaves_.at(*slice).t();
}

Weight FlatParameters::weight(const std::string& name) const {
  if (const std::string* slice = slice_of_tied(name)) return weight(*slice).transposed();
  const at::Tensor& leaf = leaves_.at(name);
  return adds_in_place_ && leaf.requires_grad() ? Weight(leaf, leaf.grad()) : Weight(leaf);
}

const std::string* FlatParameters::slice_of_tied(const std::string& name) const {
  for (const ParameterLayout::Tied& each : layout_.tied()) {
    if (each.view.name == name) return &each.slice;
  }
  return nullptr;
}

void FlatParameters::zero_gradients() { gradients_.zero_(); }

void FlatParameters::freeze() {
  gradients_.reset();
  make_leaves();
}

}  // namespace kairo
