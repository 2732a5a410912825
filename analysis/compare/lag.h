// Lags: how long a run takes to its events, and how much longer with one value of the
// pair than with the other.
//
// A lag is the step of a named event (docs/definitions.md "Events"), in steps, in examples seen or
// in learning rate summed. It lies in (after, at]; of an unconfirmed event, which held from `at` to
// a last record that came too early, only > after is known; of a run without the event > end. Such
// lags are shown and counted, and no number in a mean, median or fit (seed_spread.h has the rule).
// Thread rule: pure.
#pragma once

#include <string>
#include <vector>

#include "analysis/compare/comparison.h"
#include "analysis/stats/seed_spread.h"

namespace kairo {

struct Lag {
  SeedStatus status = SeedStatus::kLeftOut;
  double after = 0;      // of the record before; 0 where there is none
  double at = 0;         // NaN unless the event was seen
  double end = 0;        // of the last record
  std::string left_out;  // why it was not measured
  // Confirmed or not.
  bool is_seen() const {
    return status == SeedStatus::kConfirmed || status == SeedStatus::kUnconfirmed;
  }
  SeedValue value() const { return seed_value(status, after, at, end); }
};

Lag lag_of(const ComparedRun& run, const std::string& event, StepUnit unit);

// "2150 in (2100, 2150]", "2150 in (2100, 2150], unconfirmed", "> 20000", "left out: …".
std::string lag_text(const Lag& lag);

// median_over_seeds of one group's runs.
SeedValue median_lag(const Comparison& comparison, const RunGroup& group, const std::string& event,
                     StepUnit unit);

// What is known of a number: "350 in (250, 400)", "> 750", "< -750", "in (500, 900)", "not
// bounded".
std::string value_text(const SeedValue& value);

// lag(first) - lag(second) of two runs of one seed that differ in nothing but the key of the pair.
struct LagDifference {
  std::string family;  // "d_model 128"
  std::string seed;
  std::string event;
  Lag first, second;
  SeedValue steps;
  std::string left_out;  // why there is none, with kLeftOut
};
// As value_text, with ", unconfirmed" where one of the two is; "left out: …".
std::string difference_text(const LagDifference& difference);

// The differences of one family and event over its seeds.
struct DifferenceRow {
  std::string family;
  std::string event;
  std::vector<LagDifference> seeds;
  SeedSpread spread;

  std::size_t count(SeedStatus status) const;
};

// For each family that has both values of the pair and each of lag_events, in steps. Seeds that one
// of them lacks have no difference.
std::vector<DifferenceRow> difference_table(const Comparison& comparison);

}  // namespace kairo
