#include "analysis/stats/least_argument.h"

#include <boost/math/tools/minima.hpp>

namespace kairo {

double least_argument(const std::function<double(double)>& f, double low, double high) {
  constexpr int kBits = 10;
  boost::uintmax_t most_steps = 40;
  return boost::math::tools::brent_find_minima(f, low, high, kBits, most_steps).first;
}

}  // namespace kairo
