// What a baseline measured at its evaluations, as a record of the house: the same reader, CSV and
// figures then serve baselines and probes.
#pragma once

#include <string>
#include <vector>

#include "core/store/record.h"

namespace kairo::linear_baselines {

// A number that is exact: no examples were drawn for it, so that it has no standard error.
Quantity exact_number(const std::string& name, const std::string& definition, double value);
// One number a direction.
Quantity exact_by_direction(const std::string& name, const std::string& definition,
                            const std::vector<double>& values);

// kNumeric where `loss` is not finite, naming the key of the learning rate to lower.
void require_finite(const std::string& rate_key, int64_t step, double loss);

// Runs 0 … max_steps: `measure` at 0, at every multiple of `eval_every` and at the end, `update`
// between.
template <typename Measure, typename Update>
std::vector<StepRecord> trace(int64_t max_steps, int64_t eval_every, const Measure& measure,
                              const Update& update) {
  std::vector<StepRecord> records;
  for (int64_t step = 0; step <= max_steps; ++step) {
    if (step > 0) update();
    if (step % eval_every == 0 || step == max_steps)
      records.push_back({step, "", "", measure(step)});
  }
  return records;
}

}  // namespace kairo::linear_baselines
