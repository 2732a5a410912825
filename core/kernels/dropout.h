// Dropout (Srivastava et al., JMLR 15, 2014): a share p of the numbers is set to zero, the others
// are multiplied by 1/(1-p), so that the mean over masks is the value itself.
//
// The mask is a pure function of place (core/base/pass_random.h) and equal on every machine.
// Thread rule: any thread may call; rows are shared among the calling thread's OpenMP team.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/base/pass_random.h"

namespace kairo {

struct Dropout {
  double share = 0;   // p in [0, 1)
  uint64_t site = 0;  // PlaceRandom's
};

// 0 or 1/(1-p) for each example of `random` and each place: [batch, rows, width], on the CPU or the
// device of `options` with their dtype. rows [n]: the row of PlaceRandom::words at each place.
at::Tensor dropout_mask(const PassRandom& random, const Dropout& dropout,
                        const std::vector<uint32_t>& rows, int64_t width,
                        const at::TensorOptions& options);

}  // namespace kairo
