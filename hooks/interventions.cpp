#include "hooks/interventions.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <sstream>

#include "core/base/error.h"

namespace kairo {
namespace {

int64_t axis_named(const HookPoint& point, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto found = std::find(point.axes.begin(), point.axes.end(), name);
    if (found != point.axes.end()) return found - point.axes.begin();
  }
  throw Error(ErrorKind::kUsage)
      .at("intervention at " + point.name)
      .fact("the point has no axis '" + names[0] + "'")
      .hint("leave the selection of that axis open");
}

// Boolean along one axis, true at `chosen`, shaped to broadcast over `value`.
at::Tensor axis_mask(const at::Tensor& value, int64_t axis, const std::vector<int64_t>& chosen,
                     const HookPoint& point) {
  std::vector<int64_t> shape(value.dim(), 1);
  const int64_t n = shape[axis] = value.size(axis);
  at::Tensor mask = at::zeros({n}, value.options().dtype(at::kBool));
  for (const int64_t index : chosen) {
    if (index < -n || index >= n) {
      throw Error(ErrorKind::kUsage)
          .at("intervention at " + point.name + ", axis " + point.axes[axis])
          .expected("-" + std::to_string(n) + " to " + std::to_string(n - 1))
          .came(std::to_string(index));
    }
    mask[index] = true;
  }
  return mask.view(shape);
}

// "[3, 6, 2, 8] float": with `sizes` of one's own.
std::string form_of(at::IntArrayRef sizes, at::ScalarType type) {
  std::ostringstream form;
  form << sizes << " " << type;
  return form.str();
}

// Nothing is broadcast: one example or one position in place of all is another intervention than
// the one that was meant.
void require_form(const at::Tensor& came, at::IntArrayRef sizes, at::ScalarType type,
                  const HookPoint& point, const char* hint) {
  if (came.sizes() == sizes && came.scalar_type() == type) return;
  throw Error(ErrorKind::kShape)
      .at("intervention at " + point.name)
      .expected(form_of(sizes, type))
      .came(form_of(came.sizes(), came.scalar_type()))
      .hint(hint);
}

// A donor's value of the point.
at::Tensor of_donor(const at::Tensor& donor, const at::Tensor& value, const HookPoint& point) {
  require_form(donor, value.sizes(), value.scalar_type(), point,
               "the donor needs as many examples and positions as the run");
  return donor;
}

at::Tensor batch_mean(const at::Tensor& values) { return values.mean(0, true).expand_as(values); }

// `replacement` where `where` says, `value` elsewhere.
at::Tensor put(const at::Tensor& value, const at::Tensor& replacement, const Where& where,
               const HookPoint& point) {
  at::Tensor mask;
  if (!where.positions.empty()) {
    mask = axis_mask(value, axis_named(point, {"pos", "query_pos"}), where.positions, point);
  }
  if (!where.heads.empty()) {
    const at::Tensor heads = axis_mask(value, axis_named(point, {"head"}), where.heads, point);
    mask = mask.defined() ? mask.logical_and(heads) : heads;
  }
  if (!mask.defined()) return replacement;
  return at::where(mask, replacement, value);
}

void check_order(const std::vector<int64_t>& order, int64_t batch, const HookPoint& point) {
  bool fits = static_cast<int64_t>(order.size()) == batch;
  for (const int64_t row : order) fits = fits && row >= 0 && row < batch;
  if (fits) return;
  throw Error(ErrorKind::kUsage)
      .at("resampling at " + point.name)
      .expected("a row for each of the " + std::to_string(batch) + " examples, each from 0 to " +
                std::to_string(batch - 1))
      .came(std::to_string(order.size()) + " rows or a row out of range");
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
                   [](const at::Tensor& value, const HookPoint&) { return batch_mean(value); });
}

Edit mean_ablation(const ActivationCache& reference, const Where& where) {
  return put_there(where, [reference](const at::Tensor& value, const HookPoint& point) {
    return batch_mean(of_donor(reference[point.name], value, point));
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
  return put_there(where, [donor](const at::Tensor& value, const HookPoint& point) {
    return of_donor(donor, value, point);
  });
}

Edit patch(const ActivationCache& donor, const Where& where) {
  return put_there(where, [donor](const at::Tensor& value, const HookPoint& point) {
    return of_donor(donor[point.name], value, point);
  });
}

Edit add_vector(const at::Tensor& vector, const Where& where) {
  return put_there(where, [vector](const at::Tensor& value, const HookPoint& point) {
    require_form(vector, value.sizes().slice(value.dim() - 1), value.scalar_type(), point,
                 "a vector has one number for each place of the last axis");
    return value + vector;
  });
}

}  // namespace kairo
