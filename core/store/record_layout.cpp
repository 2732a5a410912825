#include "core/store/record_layout.h"

#include <algorithm>
#include <functional>

#include "core/base/error.h"

namespace kairo {
namespace {

void check_values(const SeriesQuantity& quantity, const std::string& what, std::size_t came,
                  int64_t wanted) {
  if (static_cast<int64_t>(came) == wanted) return;
  throw Error(ErrorKind::kShape)
      .at("quantity " + quantity.about.name)
      .expected(std::to_string(wanted) + " values of " + what)
      .came(std::to_string(came));
}

void check_quantity(const SeriesQuantity& quantity, int64_t n_steps) {
  const int64_t size = n_steps * quantity.about.size();
  for (const Axis& axis : quantity.about.axes) {
    if (axis.names.empty()) continue;
    check_values(quantity, "names of axis " + axis.name, axis.names.size(),
                 static_cast<int64_t>(axis.values.size()));
  }
  check_values(quantity, "mean", quantity.mean.size(), size);
  check_values(quantity, "standard_error", quantity.standard_error.size(), size);
  check_values(quantity, "n_examples", quantity.n_examples.size(), n_steps);
  check_values(quantity, "per_example", quantity.per_example.size(),
               size * quantity.per_example_rows);
}

void check_steps(const Record& record) {
  const bool ascending = std::adjacent_find(record.steps.begin(), record.steps.end(),
                                            std::greater_equal<int64_t>()) == record.steps.end();
  const std::size_t n = record.steps.size();
  if (ascending && record.checkpoint_hashes.size() == n && record.kernels.size() == n) return;
  throw Error(ErrorKind::kShape)
      .at("record of probe " + record.key.probe)
      .fact("its steps do not ascend, or not each has a checkpoint hash and its kernels");
}

}  // namespace

std::string quantity_path(const std::string& name) { return "/quantities/" + name; }

std::string axis_path(const std::string& quantity, const std::string& axis) {
  return "/axes/" + quantity + "/" + axis;
}

std::string axis_names_path(const std::string& quantity, const std::string& axis) {
  return "/axis_names/" + quantity + "/" + axis;
}

void check_arrays(const Record& record) {
  check_steps(record);
  for (const SeriesQuantity& quantity : record.quantities) {
    check_quantity(quantity, static_cast<int64_t>(record.steps.size()));
  }
}

}  // namespace kairo
