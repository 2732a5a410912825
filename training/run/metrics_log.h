// Writing metrics.jsonl: one JSON object a line and evaluation, on the disk when append
// returns: the checkpoint that follows must not outlive the line. It can be followed while the run
// goes on (tail -f). Reading: core/store/metrics.h.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/files/append_file.h"

namespace kairo {

class MetricsLog {
 public:
  // Appends to the file, or makes it. kIo.
  explicit MetricsLog(const std::string& path);

  // One line: "step", then the fields in the order given; those named "field/member" as members of
  // one object. Not finite: null. kIo.
  void append(int64_t step, const std::vector<std::pair<std::string, double>>& fields);

 private:
  AppendFile file_;
};

// Rewrites the file (atomically) without the lines of steps beyond `step` and without a line that
// was cut short; does nothing where there is no file. kCorrupt for another bad line.
void drop_metrics_after(const std::string& path, int64_t step);

}  // namespace kairo
