// The contrast figure: how linear baselines learn, next to a run.
//
//   first row   loss over its first value, of the baselines and the run's first-target loss;
//               linear_inverse's error by direction on a logarithmic axis, with its closed form
//   second row  linear_selector's gap with its closed form, the best linear gap and the true map's
//   third row   the run's z gap: another unit, so an axis of its own, over the same steps
//
// A panel without data is left out.
#pragma once

#include <optional>
#include <string>

#include "analysis/plot/page.h"
#include "core/store/metrics.h"
#include "core/store/record.h"

namespace kairo::linear_baselines {

struct ContrastInputs {
  std::optional<Record> inverse;
  std::vector<double> singular_values;  // [direction] of `inverse`
  int64_t inverse_batch_size = 0;
  std::optional<Record> selector;
  double linear_share = 0;  // of `selector`
  std::string experiment;   // "" without a run
  Metrics run;
};

Page contrast_page(const ContrastInputs& inputs);

}  // namespace kairo::linear_baselines
