#include "core/base/nearest_name.h"

#include <algorithm>

namespace kairo {

int edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<int>> cost(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = static_cast<int>(i);
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int substitute = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, substitute});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

std::vector<std::string> nearest_names(const std::string& wanted,
                                       const std::vector<std::string>& names, std::size_t most) {
  std::vector<std::pair<int, std::string>> ranked;
  for (const std::string& name : names) {
    const bool contains = !wanted.empty() && (name.find(wanted) != std::string::npos ||
                                              wanted.find(name) != std::string::npos);
    const int distance = edit_distance(wanted, name);
    const int limit = std::max<int>(2, static_cast<int>(wanted.size()) / 2);
    if (contains || distance <= limit) ranked.emplace_back(distance, name);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> nearest;
  for (std::size_t i = 0; i < ranked.size() && i < most; ++i) nearest.push_back(ranked[i].second);
  return nearest;
}

std::string did_you_mean(const std::string& wanted, const std::vector<std::string>& names) {
  const std::vector<std::string> nearest = nearest_names(wanted, names);
  if (nearest.empty()) return "";
  std::string text = "did you mean " + nearest[0];
  for (std::size_t i = 1; i < nearest.size(); ++i) {
    text += (i + 1 == nearest.size() ? " or " : ", ") + nearest[i];
  }
  return text + "?";
}

}  // namespace kairo
