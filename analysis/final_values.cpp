#include "analysis/final_values.h"

#include <set>

namespace kairo {

std::vector<FinalValue> final_values(const RunData& run) {
  std::vector<FinalValue> values;
  for (const auto& [probe, record] : run.records) {
    if (record.steps.empty()) continue;
    for (const SeriesQuantity& q : record.quantities) {
      if (!q.about.axes.empty() || q.mean.empty()) continue;
      values.push_back({probe + "/" + q.about.name, q.about.definition, q.about.units,
                        record.steps.back(), q.mean.back(), q.standard_error.back(),
                        q.n_examples.empty() ? q.per_example_rows : q.n_examples.back()});
    }
  }
  return values;
}

std::vector<int64_t> recorded_steps(const RunData& run) {
  std::set<int64_t> steps;
  for (const auto& [probe, record] : run.records) {
    steps.insert(record.steps.begin(), record.steps.end());
  }
  return {steps.begin(), steps.end()};
}

}  // namespace kairo
