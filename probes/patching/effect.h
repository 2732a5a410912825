// A ratio of means over examples with a paired bootstrap error: how large a patch's effect is as a
// share of the whole difference between two runs.
//
//   effect = mean(numerator) / mean(denominator)
//
// Error: the deviation of the ratio over resamplings of the examples, numerator and denominator
// from the same draw. Where the denominator's mean is within two of its standard errors of zero the
// ratio is undefined: NaN with a NaN error.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/base/random.h"
#include "probes/quantities.h"

namespace kairo {

// How often each of n examples is drawn in each resampling: [samples, n] double, rows add up to n.
at::Tensor bootstrap_counts(int64_t samples, int64_t n, Random random);

// numerator [n, effects], denominator [n], counts [samples, n], all double. Values [effects].
Estimate ratio_of_means(const at::Tensor& numerator, const at::Tensor& denominator,
                        const at::Tensor& counts);

}  // namespace kairo
