#include "analysis/quantiles.h"

#include <boost/math/distributions/students_t.hpp>

namespace kairo {

double student_t_two_sided(double confidence, double degrees) {
  return boost::math::quantile(boost::math::students_t(degrees), (1 + confidence) / 2);
}

}  // namespace kairo
