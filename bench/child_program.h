// One of our programs run as a user runs it, and what it took.
#pragma once

#include <string>
#include <vector>

namespace kairo {

struct ChildCost {
  double seconds = 0;      // wall
  double cpu_seconds = 0;  // user + system
  double peak_mib = 0;     // resident
};

// `name` of the build's bin folder, its standard output thrown away; it must end with 0, else kIo.
ChildCost run_child(const std::string& name, const std::vector<std::string>& arguments);

}  // namespace kairo
