// The machine and libraries a run was made with: what equal bytes depend on beside the config.
#pragma once

#include <map>
#include <string>

namespace kairo {

struct Machine {
  std::string cpu;  // "" where the system does not say
  std::string
      instruction_set;  // the widest that products and kernels may use: "AVX512", "AVX2", ...
  std::map<std::string, std::string> libraries;  // name -> version
};

Machine this_machine();

}  // namespace kairo
