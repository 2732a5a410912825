// What several runs of one experiment, different in their seed alone, say together.
//
// An interval over examples within one run says nothing of other seeds; this page is about seeds
// and uses no interval of a run. Each seed's event is where its records put it: confirmed in
// (after, step]; unconfirmed in (after, infinity), as it may not have held; none in (last record,
// infinity). A seed without the event is censored: counted, never dropped. A seed that lacks the
// series (left out) measures nothing and is counted apart.
//
//   t interval  of the mean step over seeds: from mean(after) - h to mean(step) + h, h = t s /
//               sqrt(n), s the sample deviation of the steps, t Student's two-sided quantile with
//               n - 1 degrees. Only where n >= 2 and every measured seed is confirmed; else why
//               not.
//   range       from the smallest lower bound to the largest upper bound (infinite if one seed is
//               censored). It contains the median over seeds with probability 1 - 2/2^n (93.75 %
//               for five), whatever the distribution (order statistics); none for n < 2.
// Thread rule: pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/crossing.h"
#include "analysis/order.h"

namespace kairo {

// One event of one run, as its report.json has it.
struct ReportedEvent {
  std::string name;   // "z_gap", "accuracy/50", "change_point/accuracy"
  std::string title;  // "z gap > 0.5 nats", "accuracy, 50 % of its rise"
  std::string left_out;
  EventStatus status = EventStatus::kNone;
  int64_t after = -1;  // -1: from the first record on, or none
  int64_t step = -1;
  int64_t first_step = 0;
  int64_t last_step = 0;
};

// Who was earlier in one run, at each of kRiseShares.
struct ReportedOrder {
  std::string first, second;                   // names of series
  std::array<double, kRiseShares.size()> gap;  // steps; NaN where one of the two is missing
  OrderSign robust = OrderSign::kMissing;
};

struct ReportedRun {
  std::string experiment;
  std::vector<ReportedEvent> events;
  std::vector<ReportedOrder> orders;
};

struct EventOverSeeds {
  std::string name, title;
  std::vector<ReportedEvent> seeds;  // in the order of the runs; a run without it is left out
  int64_t n_confirmed = 0, n_unconfirmed = 0, n_none = 0, n_left_out = 0;
  bool has_t_interval = false;
  double mean = 0;               // of the steps
  double t_low = 0, t_high = 0;  // steps
  std::string why_no_t;          // where there is none
  bool has_range = false;
  double range_low = 0, range_high = 0;  // steps; high infinite where censored
  double range_coverage = 0;             // of the median: 1 - 2/2^n
};

// In how many seeds which series was earlier.
struct OrderOverSeeds {
  std::string first, second;
  struct Counts {
    int64_t first_earlier = 0, second_earlier = 0;
    int64_t same_record = 0;  // gap 0
    int64_t missing = 0;      // one did not rise so far, or the run lacks the pair
  };
  std::array<Counts, kRiseShares.size()> at;
  int64_t n_robust_first = 0, n_robust_second = 0;  // robust within the run
};

struct SeedsTable {
  std::vector<std::string> experiments;
  double confidence = 0;
  std::vector<EventOverSeeds> events;
  std::vector<OrderOverSeeds> orders;
};

// Events and orders of all runs, in the order in which they are first met. Throws kUsage without a
// run or where two runs have the same name (one run counted twice is no second seed).
SeedsTable over_seeds(const std::vector<ReportedRun>& runs, double confidence);

}  // namespace kairo
