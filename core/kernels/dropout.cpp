#include "core/kernels/dropout.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace kairo {
namespace {

// A number is dropped if its word is below p · 2^32: to one part in 2^32, p itself.
uint32_t dropped_below(double share) {
  return static_cast<uint32_t>(std::min(std::ldexp(share, 32), std::ldexp(1.0, 32) - 1));
}

template <typename Number>
void fill_mask(const PassRandom& random, const Dropout& dropout, const std::vector<uint32_t>& rows,
               at::Tensor mask) {
  const auto n_rows = static_cast<int64_t>(rows.size());
  const int64_t width = mask.size(2);
  const uint32_t below = dropped_below(dropout.share);
  const auto kept = static_cast<Number>(1 / (1 - dropout.share));
  Number* numbers = mask.data_ptr<Number>();
  at::parallel_for(0, mask.size(0) * n_rows, 16, [&](int64_t begin, int64_t end) {
    std::vector<uint32_t> words(static_cast<std::size_t>(width));
    for (int64_t i = begin; i < end; ++i) {
      const PlaceRandom place(random, i / n_rows, dropout.site);
      place.words(rows[static_cast<std::size_t>(i % n_rows)], width, words.data());
      Number* row = numbers + i * width;
      for (int64_t j = 0; j < width; ++j) {
        row[j] = words[static_cast<std::size_t>(j)] < below ? Number(0) : kept;
      }
    }
  });
}

}  // namespace

at::Tensor dropout_mask(const PassRandom& random, const Dropout& dropout,
                        const std::vector<uint32_t>& rows, int64_t width,
                        const at::TensorOptions& options) {
  const at::Tensor mask = at::empty(
      {static_cast<int64_t>(random.examples.size()), static_cast<int64_t>(rows.size()), width},
      at::TensorOptions(options.dtype()).device(at::kCPU));
  if (mask.scalar_type() == at::kDouble) {
    fill_mask<double>(random, dropout, rows, mask);
  } else {
    fill_mask<float>(random, dropout, rows, mask);
  }
  return mask.to(options.device());
}

}  // namespace kairo
