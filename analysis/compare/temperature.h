// Lag against the temperature of training, T = peak learning rate/batch size.
//
//   lag      = c + s · log10 T                            one line over all cells
//   log lag  = c + a · log(learning rate) + b · log(batch size)
//
// A point is a cell, one learning rate with one batch size: the mean over its seeds of the lag, or
// of its logarithm. Seeds of one cell share its distance from the line, so that as points of their
// own they would make the interval too narrow. Each lag is the middle of (after, at].
//
// lr/batch is the noise scale of plain SGD (Smith and Le, arXiv:1710.06451). Adam divides by a
// running root of the squared gradient, so that its noise scale is another (Malladi et al.,
// arXiv:2205.10287, have lr²/batch): that is why a and b are also fitted apart. A lag that T alone
// decides has a + b = 0; a + b has its interval from the same fit. A lag counted in examples is
// batch times its steps, so that b is then larger by 1 whatever the run did.
// Thread rule: pure.
#pragma once

#include <string>
#include <vector>

#include "analysis/compare/comparison.h"
#include "analysis/stats/least_squares.h"

namespace kairo {

struct TemperatureFit {
  std::string event;
  StepUnit unit = StepUnit::kSteps;
  std::size_t n_runs = 0;  // confirmed
  // With one of these there is no fit: it would be of the fast runs alone.
  std::size_t n_unconfirmed = 0, n_censored = 0;
  LeastSquares on_temperature;
  LeastSquares on_both;  // slopes of log(learning rate), log(batch size); their sum
};

double log10_temperature(const ComparedRun& run);

// Why a comparison is none of temperatures, or "": the runs must differ in learning rate or batch
// size, and in nothing else but the seed.
std::string why_no_temperature(const Comparison& comparison);

TemperatureFit fit_temperature(const Comparison& comparison, const std::string& event,
                               StepUnit unit);

// Every event in every unit; empty where the comparison is none of temperatures.
std::vector<TemperatureFit> temperature_fits(const Comparison& comparison);

// "-1200 (95 % interval -1500 to -900)"
std::string slope_text(const Slope& slope, double confidence);

}  // namespace kairo
