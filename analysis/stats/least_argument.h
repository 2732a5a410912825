// The argument at which a function of one variable is least, by Brent's method from Boost.Math; its
// headers stay in one source.
#pragma once

#include <functional>

namespace kairo {

// In [low, high], to about a thousandth of it; a local minimum where there are several.
double least_argument(const std::function<double(double)>& f, double low, double high);

}  // namespace kairo
