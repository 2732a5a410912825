#include "analysis/stats/quantiles.h"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace kairo {

double student_t_two_sided(double confidence, double degrees) {
  return boost::math::quantile(boost::math::students_t(degrees), (1 + confidence) / 2);
}

double expected_largest_normal(int64_t n) {
  const double count = static_cast<double>(n);
  return boost::math::quantile(boost::math::normal(), (count - 0.375) / (count + 0.25));
}

}  // namespace kairo
