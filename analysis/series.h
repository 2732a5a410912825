// One labelled series over steps, taken out of a run's records by the name "probe/quantity".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/run_data.h"

namespace kairo {

// A quantity without axes over steps, with the values of each example for the bootstrap.
struct Series {
  std::string name;  // "z_shuffle/z_gap"
  std::vector<int64_t> steps;
  std::vector<double> mean;                     // [step]
  std::vector<double> standard_error;           // [step]
  std::vector<std::vector<float>> per_example;  // [step][example]; empty: no bootstrap
  int64_t n_examples = 0;                       // behind the means; the fewest of all steps
};

// "z_shuffle" of "z_shuffle/z_gap".
std::string probe_of(const std::string& series);

// Nothing where the run has no such series; why_no_series then says why. Throws kShape for a
// quantity with axes: a series is one number a step.
std::optional<Series> find_series(const RunData& run, const std::string& name);

// "K = 1: no other selector", "probe z_shuffle has not been run", or "" where the series is there.
std::string why_no_series(const RunData& run, const std::string& name);

// All series of a run: its quantities without axes, in the order of the records.
std::vector<std::string> series_names(const RunData& run);

}  // namespace kairo
