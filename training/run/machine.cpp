#include "training/run/machine.h"

#include <tuple>

namespace kairo {

bool operator==(const Machine& a, const Machine& b) {
  const auto tied = [](const Machine& each) {
    return std::tie(each.cpu, each.instruction_set, each.kernels, each.libraries, each.device);
  };
  return tied(a) == tied(b);
}

}  // namespace kairo
