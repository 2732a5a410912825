// Timing two pieces of work against each other on a machine that is not quiet.
#pragma once

#include <functional>
#include <vector>

namespace kairo {

using Work = std::function<void()>;

// Seconds of each piece, in turns: rounds of (first, second, …), after one round that is thrown
// away. [piece][round]
std::vector<std::vector<double>> time_in_turns(const std::vector<Work>& pieces, int rounds);

double seconds_of(const Work& work);

double median(std::vector<double> values);

// Half the middle half: (third quartile - first) / 2, as a share of the median.
double spread(std::vector<double> values);

}  // namespace kairo
