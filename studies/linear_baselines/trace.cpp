#include "studies/linear_baselines/trace.h"

#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace kairo::linear_baselines {

Quantity exact_number(const std::string& name, const std::string& definition, double value) {
  Quantity quantity;
  quantity.name = name;
  quantity.definition = definition;
  quantity.units = "1";
  quantity.mean = {value};
  quantity.standard_error = {std::numeric_limits<double>::quiet_NaN()};
  return quantity;
}

Quantity exact_by_direction(const std::string& name, const std::string& definition,
                            const std::vector<double>& values) {
  Quantity quantity = exact_number(name, definition, 0);
  quantity.mean = values;
  quantity.standard_error.assign(values.size(), std::numeric_limits<double>::quiet_NaN());
  Axis axis{"direction", {}};
  for (std::size_t i = 0; i < values.size(); ++i) axis.values.push_back(static_cast<int64_t>(i));
  quantity.axes = {axis};
  return quantity;
}

void require_finite(const std::string& rate_key, int64_t step, double loss) {
  if (std::isfinite(loss)) return;
  throw Error(ErrorKind::kNumeric)
      .at("step " + std::to_string(step))
      .fact("the loss is " + std::to_string(loss))
      .hint("lower " + rate_key);
}

}  // namespace kairo::linear_baselines
