// What a run ended with: the last record of every quantity that is one number a step.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/run_data.h"

namespace kairo {

struct FinalValue {
  std::string series;      // "performance/accuracy"
  std::string definition;  // one sentence, from the record
  std::string units;
  int64_t step = 0;
  double mean = 0;            // NaN where it is undefined at that step
  double standard_error = 0;  // NaN where there is none
  int64_t n_examples = 0;
};

// By probe, then in the record's order.
std::vector<FinalValue> final_values(const RunData& run);

// All steps at which any probe has a record, ascending.
std::vector<int64_t> recorded_steps(const RunData& run);

}  // namespace kairo
