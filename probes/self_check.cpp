#include "probes/self_check.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "hooks/error.h"

namespace kairo {

void check_agreement(const std::string& where, const std::string& expected, const at::Tensor& came,
                     const at::Tensor& reference, double tolerance) {
  const double scale = std::max(1.0, reference.abs().max().item<double>());
  const double off = (came - reference).abs().max().item<double>() / scale;
  if (off <= tolerance) return;  // false for NaN too
  throw Error(ErrorKind::kNumeric,
              {where, expected, "a relative difference of " + std::to_string(off),
               "look for NaN or huge weights in the checkpoint"});
}

}  // namespace kairo
