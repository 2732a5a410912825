// The series whose rise, sharpness and change point are measured: each a function of means over
// examples, so that it can be computed again for resampled examples. A SeriesSpec says how each is
// made. Series of weights alone are exact: no examples, so no interval.
//
// Chosen on one half, timed on the other (docs/definitions.md): where a series is one of many
// (heads, sites), examples 0, 2, 4, … choose the one that rises most, and the series holds the
// examples 1, 3, 5, … alone; the former are NaN in it, so that its resamples stay those of all.
// Thread rule: pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/run_data.h"
#include "analysis/series.h"
#include "analysis/stats/bootstrap.h"

namespace kairo {

enum class SeriesForm {
  kMean,           // mean of values
  kRatio,          // mean of values / mean of scale
  kFallFromFirst,  // 1 - mean of values / its first
};

struct Choice {
  int64_t n_searched = 1;  // elements among which this one was chosen; 1: nothing was chosen
  std::string searched;    // "heads (layer, head)"
  std::string chosen;      // "layer 2, head 1"
};

struct TimedSeries {
  std::string name;        // "accuracy"
  std::string title;       // "induction score of layer 2, head 1"
  std::string definition;  // one sentence
  std::string source;      // "performance/accuracy"
  std::string units;
  bool bounded = true;
  SeriesForm form = SeriesForm::kMean;
  Series values;              // per example; without examples where it is exact
  Series scale;               // per example; kRatio alone
  std::vector<bool> defined;  // [step]; empty: at every step
  Choice choice;
  std::string example_set;  // series with equal ones look at the same examples
  std::string left_out;     // why the run lacks it, or ""

  const std::vector<int64_t>& steps() const { return values.steps; }
  // Of weights alone: no example is behind it, and there is nothing to resample.
  bool is_exact() const { return values.per_example.empty(); }
};

// Those of the study of the run's task in its order, then general ones, then timed quantities that
// no spec names. A series that the run lacks is listed with its reason unless it is on_request.
std::vector<TimedSeries> timed_series(const RunData& run);

// "layer 2, head 1": the element of `source` ("PROBE/QUANTITY") whose rise is timed, "" for none.
std::string timed_element(const RunData& run, const std::string& source);

// Over all examples that the series holds, [step]; NaN where it is undefined.
std::vector<double> mean_curve(const TimedSeries& series);
// [sample][step]; none of an exact series. Throws kShape where the series has another number of
// examples.
std::vector<std::vector<double>> resampled_curves(const TimedSeries& series,
                                                  const Resamples& resamples);
// The fewest values behind a mean at a step where the series is defined; 0 where it is exact.
int64_t fewest_examples(const TimedSeries& series);

}  // namespace kairo
