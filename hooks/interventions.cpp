#include "hooks/interventions.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "hooks/error.h"

namespace kairo {
namespace {

int64_t axis_named(const HookPoint& point, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto found = std::find(point.axes.begin(), point.axes.end(), name);
    if (found != point.axes.end()) return found - point.axes.begin();
  }
  throw Error(ErrorKind::kUsage,
              {"intervention at " + point.name, "a point with an axis '" + names[0] + "'",
               "one without", "leave the selection of that axis open"});
}

// Boolean along one axis, true at `chosen`, shaped to broadcast over `value`.
at::Tensor axis_mask(const at::Tensor& value, int64_t axis, const std::vector<int64_t>& chosen) {
  std::vector<int64_t> shape(value.dim(), 1);
  shape[axis] = value.size(axis);
  at::Tensor mask = at::zeros({value.size(axis)}, value.options().dtype(at::kBool));
  for (const int64_t index : chosen) {
    if (index < 0 || index >= value.size(axis)) {
      throw Error(ErrorKind::kUsage,
                  {"intervention", "an index below " + std::to_string(value.size(axis)),
                   std::to_string(index), ""});
    }
    mask[index] = true;
  }
  return mask.view(shape);
}

// `replacement` where `where` says, `value` elsewhere.
at::Tensor put(const at::Tensor& value, const at::Tensor& replacement, const Where& where,
               const HookPoint& point) {
  at::Tensor mask;
  if (!where.positions.empty()) {
    mask = axis_mask(value, axis_named(point, {"pos", "query_pos"}), where.positions);
  }
  if (!where.heads.empty()) {
    const at::Tensor heads = axis_mask(value, axis_named(point, {"head"}), where.heads);
    mask = mask.defined() ? mask.logical_and(heads) : heads;
  }
  if (!mask.defined()) return replacement.expand_as(value);
  return at::where(mask, replacement, value);
}

}  // namespace

Edit zero_ablation(const Where& where) {
  return [where](const at::Tensor& value, const HookPoint& point) -> std::optional<at::Tensor> {
    return put(value, at::zeros_like(value), where, point);
  };
}

Edit mean_ablation(const Where& where) {
  return [where](const at::Tensor& value, const HookPoint& point) -> std::optional<at::Tensor> {
    return put(value, value.mean(0, true), where, point);
  };
}

Edit resample_ablation(const std::vector<int64_t>& order, const Where& where) {
  return [order, where](const at::Tensor& value,
                        const HookPoint& point) -> std::optional<at::Tensor> {
    const at::Tensor rows = at::tensor(order, at::TensorOptions(at::kLong).device(value.device()));
    return put(value, value.index_select(0, rows), where, point);
  };
}

Edit patch(const at::Tensor& donor, const Where& where) {
  return
      [donor, where](const at::Tensor& value, const HookPoint& point) -> std::optional<at::Tensor> {
        return put(value, donor, where, point);
      };
}

}  // namespace kairo
