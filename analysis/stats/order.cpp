#include "analysis/stats/order.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kairo {
namespace {

constexpr double kNoBound = std::numeric_limits<double>::infinity();

struct GapRange {
  double low = -kNoBound;
  double high = kNoBound;
};

// A replicate in which one series never rises bounds the gap on one side, both on none.
GapRange gap_range(const StepRange& first, const StepRange& second) {
  GapRange range;
  if (std::isfinite(first.end)) range.low = second.begin - first.end;
  if (std::isfinite(second.end)) range.high = second.end - first.begin;
  return range;
}

GapRange bootstrap_gap(const OrderedSeries& a, const OrderedSeries& b, std::size_t share,
                       double confidence) {
  std::vector<double> lows, highs;
  const std::size_t n = std::min(a.rise->replicates.size(), b.rise->replicates.size());
  for (std::size_t r = 0; r < n; ++r) {
    const GapRange range = gap_range(range_of(a.rise->replicates[r][share], a.first_step),
                                     range_of(b.rise->replicates[r][share], b.first_step));
    lows.push_back(range.low);
    highs.push_back(range.high);
  }
  const Quantiles quantiles = outward_quantiles(std::move(lows), std::move(highs), confidence);
  return {quantiles.low, quantiles.high};
}

OrderAtShare order_at(const OrderedSeries& a, const OrderedSeries& b, std::size_t share,
                      double confidence) {
  OrderAtShare at;
  at.gap = std::numeric_limits<double>::quiet_NaN();
  const Crossing& first = a.rise->crossings[share];
  const Crossing& second = b.rise->crossings[share];
  if (first.status != EventStatus::kConfirmed || second.status != EventStatus::kConfirmed) {
    return at;
  }
  if (a.rise->still_rises || b.rise->still_rises) return at;
  at.gap = static_cast<double>(second.step - first.step);
  at.sign = OrderSign::kUnresolved;
  if (a.rise->replicates.empty() || b.rise->replicates.empty()) return at;
  const GapRange own = gap_range(range_of(first, a.first_step), range_of(second, b.first_step));
  const GapRange resampled = bootstrap_gap(a, b, share, confidence);
  at.has_interval = true;
  at.low = std::min(own.low, resampled.low);
  at.high = std::max(own.high, resampled.high);
  // Steps lie strictly after the record before, so a bound of 0 itself is outside.
  if (at.gap != 0 && at.low >= 0) at.sign = OrderSign::kFirstEarlier;
  if (at.gap != 0 && at.high <= 0) at.sign = OrderSign::kSecondEarlier;
  return at;
}

}  // namespace

OrderSign Order::robust() const {
  for (const OrderAtShare& each : at) {
    if (each.sign == OrderSign::kMissing) return OrderSign::kMissing;
  }
  for (const OrderAtShare& each : at) {
    if (each.sign != at.front().sign) return OrderSign::kUnresolved;
  }
  return at.front().sign;
}

std::vector<Order> find_orders(const std::vector<OrderedSeries>& series, double confidence) {
  std::vector<Order> orders;
  for (std::size_t i = 0; i < series.size(); ++i) {
    for (std::size_t j = i + 1; j < series.size(); ++j) {
      Order order;
      order.first = series[i].index;
      order.second = series[j].index;
      order.paired = series[i].example_set == series[j].example_set;
      for (std::size_t share = 0; share < kRiseShares.size(); ++share) {
        order.at[share] = order_at(series[i], series[j], share, confidence);
      }
      orders.push_back(order);
    }
  }
  return orders;
}

const char* order_sign_name(OrderSign sign) {
  switch (sign) {
    case OrderSign::kFirstEarlier:
      return "first";
    case OrderSign::kSecondEarlier:
      return "second";
    case OrderSign::kUnresolved:
      return "unresolved";
    case OrderSign::kMissing:
      break;
  }
  return "missing";
}

}  // namespace kairo
