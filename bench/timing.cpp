#include "bench/timing.h"

#include <algorithm>
#include <chrono>

namespace kairo {

double seconds_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::vector<std::vector<double>> time_in_turns(const std::vector<Work>& pieces, int rounds) {
  std::vector<std::vector<double>> seconds(pieces.size());
  for (const Work& piece : pieces) piece();
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < pieces.size(); ++i) seconds[i].push_back(seconds_of(pieces[i]));
  }
  return seconds;
}

double median(std::vector<double> values) {
  const std::size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle),
                   values.end());
  return values[middle];
}

double spread(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at_share = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  return (at_share(0.75) - at_share(0.25)) / 2 / median(values);
}

}  // namespace kairo
