// The machine and libraries a run was made with: what equal bytes depend on beside the config.
#pragma once

#include <map>
#include <string>

namespace kairo {

struct Machine {
  std::string cpu;              // "" where the system does not say
  std::string instruction_set;  // the widest that the CPU has: "AMX", "AVX512", "AVX2", ...
  std::string kernels;          // what the hand-written kernels use (core/kernels/cpu_path.h)
  std::map<std::string, std::string> libraries;  // name -> version
  std::string device = "cpu";                    // that the model is on, or "cuda:0"
};

bool operator==(const Machine& a, const Machine& b);

}  // namespace kairo
