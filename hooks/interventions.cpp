#include "hooks/interventions.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <sstream>

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
at::Tensor axis_mask(const at::Tensor& value, int64_t axis, const std::vector<int64_t>& chosen,
                     const HookPoint& point) {
  std::vector<int64_t> shape(value.dim(), 1);
  const int64_t n = shape[axis] = value.size(axis);
  at::Tensor mask = at::zeros({n}, value.options().dtype(at::kBool));
  for (const int64_t index : chosen) {
    if (index < -n || index >= n) {
      throw Error(
          ErrorKind::kUsage,
          {"intervention at " + point.name + ", axis " + point.axes[axis],
           "-" + std::to_string(n) + " to " + std::to_string(n - 1), std::to_string(index), ""});
    }
    mask[index] = true;
  }
  return mask.view(shape);
}

void check_fits(const at::Tensor& value, const at::Tensor& replacement, const HookPoint& point) {
  bool fits = replacement.dim() <= value.dim() && replacement.scalar_type() == value.scalar_type();
  for (int64_t axis = 1; fits && axis <= replacement.dim(); ++axis) {
    fits = replacement.size(-axis) == value.size(-axis) || replacement.size(-axis) == 1;
  }
  if (fits) return;
  std::ostringstream expected, came;
  expected << value.sizes() << " " << value.scalar_type();
  came << replacement.sizes() << " " << replacement.scalar_type();
  throw Error(ErrorKind::kShape,
              {"intervention at " + point.name, "values that fit " + expected.str(), came.str(),
               "the donor's run must have the same form"});
}

// `replacement` where `where` says, `value` elsewhere.
at::Tensor put(const at::Tensor& value, const at::Tensor& replacement, const Where& where,
               const HookPoint& point) {
  check_fits(value, replacement, point);
  at::Tensor mask;
  if (!where.positions.empty()) {
    mask = axis_mask(value, axis_named(point, {"pos", "query_pos"}), where.positions, point);
  }
  if (!where.heads.empty()) {
    const at::Tensor heads = axis_mask(value, axis_named(point, {"head"}), where.heads, point);
    mask = mask.defined() ? mask.logical_and(heads) : heads;
  }
  if (!mask.defined()) return replacement.expand_as(value);
  return at::where(mask, replacement, value);
}

void check_order(const std::vector<int64_t>& order, int64_t batch, const HookPoint& point) {
  bool fits = static_cast<int64_t>(order.size()) == batch;
  for (const int64_t row : order) fits = fits && row >= 0 && row < batch;
  if (fits) return;
  throw Error(ErrorKind::kUsage,
              {"resampling at " + point.name,
               "a row for each of the " + std::to_string(batch) + " examples, each from 0 to " +
                   std::to_string(batch - 1),
               std::to_string(order.size()) + " rows or a row out of range", ""});
}

// An edit that puts make(value, point) where `where` says.
template <typename Make>
Edit put_there(const Where& where, Make make) {
  return
      [where, make](const at::Tensor& value, const HookPoint& point) -> std::optional<at::Tensor> {
        return put(value, make(value, point), where, point);
      };
}

}  // namespace

Edit zero_ablation(const Where& where) {
  return put_there(where,
                   [](const at::Tensor& value, const HookPoint&) { return at::zeros_like(value); });
}

Edit mean_ablation(const Where& where) {
  return put_there(where,
                   [](const at::Tensor& value, const HookPoint&) { return value.mean(0, true); });
}

Edit mean_ablation(const ActivationCache& reference, const Where& where) {
  return put_there(where, [reference](const at::Tensor&, const HookPoint& point) {
    return reference[point.name].mean(0, true);
  });
}

Edit resample_ablation(const std::vector<int64_t>& order, const Where& where) {
  return put_there(where, [order](const at::Tensor& value, const HookPoint& point) {
    check_order(order, value.size(0), point);
    return value.index_select(
        0, at::tensor(order, at::TensorOptions(at::kLong).device(value.device())));
  });
}

Edit patch(const at::Tensor& donor, const Where& where) {
  return put_there(where, [donor](const at::Tensor&, const HookPoint&) { return donor; });
}

Edit patch(const ActivationCache& donor, const Where& where) {
  return put_there(
      where, [donor](const at::Tensor&, const HookPoint& point) { return donor[point.name]; });
}

Edit add_vector(const at::Tensor& vector, const Where& where) {
  return put_there(where, [vector](const at::Tensor& value, const HookPoint& point) {
    check_fits(value, vector, point);
    return value + vector;
  });
}

}  // namespace kairo
