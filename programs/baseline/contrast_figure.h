// The contrast figure: what a linear baseline's learning looks like beside a run's.
//
//   left    loss over its first value: the baselines', and the run's first-target loss
//   middle  linear_inverse's error by direction on a logarithmic axis, its closed form over it
//   right   linear_selector's gap with its closed form, the best linear and the true map's gap; on
//           the right axis the run's z gap
//
// A panel without data is left out.
#pragma once

#include <optional>
#include <string>

#include "analysis/page.h"
#include "core/store/metrics.h"
#include "core/store/record.h"

namespace kairo {

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

}  // namespace kairo
