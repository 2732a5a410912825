// Lags: how long a run takes to its events, and how much longer in one direction than in the other.
//
// A lag is the step of a named event (docs/definitions.md "Events"), in steps, in examples seen or
// in learning rate summed. It lies in (after, at]; of a run without the event only > end is known
// (censored): such a lag is counted and never dropped or averaged as a number. An unconfirmed event
// held from `at` to the last record, which came too early to confirm it: its number is used and
// said to be unconfirmed.
// Thread rule: pure.
#pragma once

#include <string>
#include <vector>

#include "analysis/compare/comparison.h"
#include "analysis/seed_spread.h"

namespace kairo {

enum class LagStatus { kConfirmed, kUnconfirmed, kCensored, kLeftOut };
// "confirmed", "unconfirmed", "censored", "left_out"
const char* status_name(LagStatus status);

struct Lag {
  LagStatus status = LagStatus::kLeftOut;
  double after = 0;      // of the record before; 0 where there is none
  double at = 0;         // NaN unless known
  double end = 0;        // of the last record
  std::string left_out;  // why it was not measured
  bool is_known() const {
    return status == LagStatus::kConfirmed || status == LagStatus::kUnconfirmed;
  }
};

Lag lag_of(const ComparedRun& run, const std::string& event, StepUnit unit);

// "2150 in (2100, 2150]", "2150 in (2100, 2150], unconfirmed", "> 20000", "left out: K = 1 …".
std::string lag_text(const Lag& lag);

// The median over runs of one group, a censored one being beyond all others: of an even number the
// mean of the two in the middle. kCensored where it is beyond what is known, `end` then being the
// least that it exceeds; kLeftOut where no run measures it.
Lag median_lag(const Comparison& comparison, const RunGroup& group, const std::string& event,
               StepUnit unit);

// lag(bz_to_a) - lag(az_to_b) of two runs of one seed that differ in nothing but the direction.
struct LagDifference {
  std::string family;  // "K 20"
  std::string seed;
  std::string event;
  Lag bz_to_a, az_to_b;
  LagStatus status = LagStatus::kLeftOut;
  // The difference of the steps, and its bounds (after - at', at - after'); of a censored one what
  // is known of them.
  SeedValue steps;
};
// "150 in (50, 250)", "> 17850" (bz_to_a censored), "< -17850" (az_to_b censored), "both censored".
std::string difference_text(const LagDifference& difference);

// The differences of one family and event over its seeds.
struct DifferenceRow {
  std::string family;
  std::string event;
  std::vector<LagDifference> seeds;
  std::size_t n_known = 0, n_censored = 0, n_left_out = 0;
  SeedSpread spread;  // an unconfirmed lag counts with its number
};

// For each family that has both directions and each of lag_events(), in steps. Seeds that one
// direction lacks have no difference.
std::vector<DifferenceRow> difference_table(const Comparison& comparison);

}  // namespace kairo
