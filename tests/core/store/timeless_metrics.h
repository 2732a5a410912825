// What of a run's metrics is the same each time it is trained.
#pragma once

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "core/files/atomic_file.h"

namespace kairo {

// Lines of metrics.jsonl without the two fields that a clock decides.
inline std::vector<std::string> timeless_metrics(const std::string& path) {
  std::istringstream lines(read_file(path));
  std::vector<std::string> kept;
  for (std::string line; std::getline(lines, line);) {
    auto row = nlohmann::ordered_json::parse(line);
    row.erase("seconds");
    row.erase("steps_per_second");
    kept.push_back(row.dump());
  }
  return kept;
}

}  // namespace kairo
