// metrics.jsonl: one object a line and evaluation, always with "step"; other fields are numbers, or
// objects of numbers, whose members are columns named "field/member".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kairo {

struct Metrics {
  std::vector<int64_t> steps;                          // ascending
  std::map<std::string, std::vector<double>> columns;  // by name, [row]; NaN where a row lacks it
  bool has(const std::string& name) const { return columns.count(name) > 0; }
};

// A cut last line (a killed run) is left out; any other bad line is kCorrupt with its number. null
// is a NaN (JSON has no other word for it). Where a step stands twice the later line counts.
// kNotFound where there is no file.
Metrics read_metrics(const std::string& path);

}  // namespace kairo
