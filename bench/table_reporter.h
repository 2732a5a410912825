// A bench's results as a table for people: name, median, best, spread, floor, times the floor, then
// whatever else the bench counts. --benchmark_out keeps the same numbers as JSON.
#pragma once

#include <benchmark/benchmark.h>

#include <vector>

namespace kairo {

class TableReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;

 private:
  bool has_header_ = false;
};

}  // namespace kairo
