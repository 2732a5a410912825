#include "core/model/parameter_layout.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"

namespace kairo {
namespace {

constexpr int64_t kAlignmentBytes = 64;

std::vector<int64_t> row_major_strides(const std::vector<int64_t>& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

[[noreturn]] void refuse(const std::string& name) {
  throw Error(ErrorKind::kConfig)
      .at("model: " + name)
      .fact("the model would have more than 2^44 parameters")
      .hint("make it smaller");
}

int64_t elements(const std::string& name, const std::vector<int64_t>& shape) {
  int64_t n = 1;
  for (const int64_t size : shape) {
    int64_t more = 0;
    if (__builtin_mul_overflow(n, size, &more) || more > ParameterLayout::kMostElements) {
      refuse(name);
    }
    n = more;
  }
  return n;
}

}  // namespace

at::Tensor ParameterView::of(const at::Tensor& flat) const {
  return flat.as_strided(shape, strides, flat.storage_offset() + offset);
}

ParameterLayout::Slice ParameterLayout::add_slice(const std::string& name,
                                                  const std::vector<int64_t>& shape) {
  const Slice slice = {name, shape, total_, elements(name, shape)};
  const int64_t per_line = kAlignmentBytes / 4;  // float32; for float64 twice the alignment
  total_ += (slice.elements + per_line - 1) / per_line * per_line;
  if (total_ > kMostElements) refuse(name);
  slices_.push_back(slice);
  return slice;
}

ParameterLayout::Slice ParameterLayout::add(const std::string& name,
                                            const std::vector<int64_t>& shape) {
  const Slice slice = add_slice(name, shape);
  add_whole_view(name, shape, slice);
  return slice;
}

void ParameterLayout::add_whole_view(const std::string& name, const std::vector<int64_t>& shape,
                                     const Slice& slice) {
  add_view({name, shape, row_major_strides(shape), slice.offset});
}

void ParameterLayout::add_tied_transpose(const std::string& name, const Slice& slice) {
  const int64_t rows = slice.shape[0], columns = slice.shape[1];
  tied_.push_back({{name, {columns, rows}, {1, columns}, slice.offset}, slice.name});
}

const ParameterView* ParameterLayout::find(const std::string& name) const {
  for (const ParameterView& each : views_) {
    if (each.name == name) return &each;
  }
  for (const Tied& each : tied_) {
    if (each.view.name == name) return &each.view;
  }
  return nullptr;
}

const ParameterView& ParameterLayout::view(const std::string& name) const {
  if (const ParameterView* found = find(name)) return *found;
  std::vector<std::string> names;
  for (const ParameterView& each : views_) names.push_back(each.name);
  throw Error(ErrorKind::kNotFound)
      .at("parameter '" + name + "'")
      .fact("the model has no parameter of this name")
      .hint(did_you_mean(name, names));
}

int64_t ParameterLayout::count() const {
  int64_t n = 0;
  for (const Slice& slice : slices_) n += slice.elements;
  return n;
}

}  // namespace kairo
