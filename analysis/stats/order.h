// Which of two series rose first, and how sure that is within one run.
//
// Definition (docs/definitions.md): for a pair, gap = step of the second - step of the first,
// each at the same share of its own rise (rise.h). Steps lie in (record before, record], so a gap
// of two records a and b lies in (before_b - a, b - before_a). Its interval is the paired bootstrap
// of these bounds, never narrower than the records' own. An order holds at a share if the interval
// excludes 0; it is robust if the same order holds at all of 25, 50 and 75 %. Nothing is corrected
// for the number of pairs: that three intervals must agree makes the statement stricter than one.
// Thread rule: pure.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "analysis/stats/rise.h"

namespace kairo {

enum class OrderSign {
  kFirstEarlier,   // interval above 0
  kSecondEarlier,  // interval below 0
  kUnresolved,     // the interval contains 0, or there is none
  kMissing,        // one of the two never rose so far, is unconfirmed, or still rises at the end
};

struct OrderAtShare {
  OrderSign sign = OrderSign::kMissing;
  double gap = 0;             // steps; NaN with kMissing
  bool has_interval = false;  // there is none without replicates or with kMissing
  double low = 0;             // steps; may be infinite where resampled curves have no event
  double high = 0;
};

struct Order {
  std::size_t first = 0;   // index into the list of series
  std::size_t second = 0;  // index, after `first`
  bool paired = false;     // both look at the same examples
  std::array<OrderAtShare, kRiseShares.size()> at;

  // The sign at all shares, or kUnresolved (kMissing where one is missing).
  OrderSign robust() const;
};

// One series in the order: how it rose, and over which examples.
struct OrderedSeries {
  std::size_t index = 0;  // in the caller's list
  std::string example_set;
  int64_t first_step = 0;
  const Rise* rise = nullptr;
};

// Every pair, in the order of `series`. Confidence in (0, 1).
std::vector<Order> find_orders(const std::vector<OrderedSeries>& series, double confidence);

// "first", "second", "unresolved", "missing".
const char* order_sign_name(OrderSign sign);

}  // namespace kairo
