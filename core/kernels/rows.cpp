#include "core/kernels/rows.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/kernels/cpu_path.h"

namespace kairo {
namespace {

struct FillPart {
  const float* bias;
  const float* added;
  int64_t rows, width;
  float* to;
};

struct SumPart {
  const float* x;
  int64_t rows, width;
  float* sums;
};

struct MultiplyPart {
  const float* slope;
  int64_t rows, width;
  float* gradient;
  float* sums;
};

struct GeluPart {
  GeluForm form;
  const float* pre;
  const float* bias;
  int64_t rows, width;
  float* post;
  float* slope;
};

struct NormPart {
  NormRows norm;
  int64_t rows;
  float* y;
  float* mean_inverse;
};

struct NormBackwardPart {
  NormRows norm;
  int64_t rows;
  const float* mean_inverse;
  const float* y_gradient;
  float* x_gradient;
  float* gain_sums;
  float* bias_sums;
};

struct CrossEntropyPart {
  const float* logits;
  const int64_t* labels;
  int64_t rows, width;
  float* losses;
  float* log_sums;
};

struct CrossEntropyBackwardPart {
  const int64_t* labels;
  const float* log_sums;
  const float* loss_gradient;
  int64_t rows, width;
  float* logits;
};

#define KAIRO_KERNEL "core/kernels/rows.inc"
#include "core/kernels/every_cpu_path.inc"

void run(const FillPart& part) { KAIRO_ON_CPU_PATH(fill, part) }
void run(const SumPart& part) { KAIRO_ON_CPU_PATH(column_sums, part) }
void run(const MultiplyPart& part) { KAIRO_ON_CPU_PATH(multiply, part) }
void run(const GeluPart& part) { KAIRO_ON_CPU_PATH(gelu, part) }
void run(const NormPart& part) { KAIRO_ON_CPU_PATH(norm, part) }
void run(const NormBackwardPart& part) { KAIRO_ON_CPU_PATH(norm_backward, part) }
void run(const CrossEntropyPart& part) { KAIRO_ON_CPU_PATH(cross_entropy, part) }
void run(const CrossEntropyBackwardPart& part) { KAIRO_ON_CPU_PATH(cross_entropy_backward, part) }

constexpr int64_t kGrainElements = 16384;  // worth a thread
constexpr int64_t kBlockRows = 64;         // of sums over rows

// part(begin, end) over rows, in any pieces.
template <typename Part>
void over_rows(int64_t rows, int64_t width, Part part) {
  const int64_t grain = std::max<int64_t>(1, kGrainElements / std::max<int64_t>(1, width));
  at::parallel_for(0, rows, grain,
                   [&](int64_t begin, int64_t end) { run(part(begin, end - begin)); });
}

// part(begin, rows, sums) over fixed blocks of rows, each with sums [n_sums] of its own, which are
// then added to `totals` (where not null) in the blocks' order.
template <typename Part>
void over_blocks(int64_t rows, int64_t width, const std::vector<float*>& totals, Part part) {
  const int64_t blocks = (rows + kBlockRows - 1) / kBlockRows;
  const int64_t n_sums = width * static_cast<int64_t>(totals.size());
  std::vector<float> sums(static_cast<std::size_t>(blocks * n_sums), 0.0F);
  const int64_t grain = kGrainElements / std::max<int64_t>(1, width * kBlockRows) + 1;
  at::parallel_for(0, blocks, grain, [&](int64_t first, int64_t last) {
    for (int64_t block = first; block < last; ++block) {
      const int64_t begin = block * kBlockRows, n = std::min(kBlockRows, rows - begin);
      run(part(begin, n, sums.data() + block * n_sums));
    }
  });
  for (int64_t block = 0; block < blocks; ++block) {
    const float* own = sums.data() + block * n_sums;
    for (float* total : totals) {
      if (total != nullptr) run(SumPart{own, 1, width, total});
      own += width;
    }
  }
}

}  // namespace

void fill_rows(const float* bias, const float* added, int64_t rows, int64_t width, float* to) {
  over_rows(rows, width, [&](int64_t begin, int64_t n) {
    return FillPart{bias, added == nullptr ? nullptr : added + begin * width, n, width,
                    to + begin * width};
  });
}

void add_column_sums(const float* x, int64_t rows, int64_t width, float* sums) {
  over_blocks(rows, width, {sums}, [&](int64_t begin, int64_t n, float* own) {
    return SumPart{x + begin * width, n, width, own};
  });
}

void add_rows_at(const float* x, const int64_t* index, int64_t rows, int64_t width, float* table) {
  for (int64_t row = 0; row < rows; ++row) {
    run(SumPart{x + row * width, 1, width, table + index[row] * width});
  }
}

void gelu_rows(GeluForm form, const float* pre, const float* bias, int64_t rows, int64_t width,
               float* post, float* slope) {
  over_rows(rows, width, [&](int64_t begin, int64_t n) {
    const int64_t at = begin * width;
    float* own_slope = slope == nullptr ? nullptr : slope + at;
    return GeluPart{form, pre + at, bias, n, width, post + at, own_slope};
  });
}

void multiply_rows(const float* slope, int64_t rows, int64_t width, float* gradient, float* sums) {
  over_blocks(rows, width, {sums}, [&](int64_t begin, int64_t n, float* own) {
    return MultiplyPart{slope + begin * width, n, width, gradient + begin * width, own};
  });
}

void norm_rows(const NormRows& norm, float* y, float* mean_inverse) {
  over_rows(norm.rows, norm.width, [&](int64_t begin, int64_t n) {
    NormRows part = norm;
    part.x += begin * norm.width;
    return NormPart{part, n, y + begin * norm.width, mean_inverse + 2 * begin};
  });
}

void norm_rows_backward(const NormRows& norm, const float* mean_inverse, const float* y_gradient,
                        float* x_gradient, float* gain_gradient, float* bias_gradient) {
  const bool sums_up = gain_gradient != nullptr || bias_gradient != nullptr;
  over_blocks(norm.rows, norm.width, {gain_gradient, bias_gradient},
              [&](int64_t begin, int64_t n, float* own) {
                const int64_t at = begin * norm.width;
                NormBackwardPart part{
                    norm,    n,      mean_inverse + 2 * begin, y_gradient + at, x_gradient + at,
                    nullptr, nullptr};
                part.norm.x += at;
                if (sums_up) part.gain_sums = own;
                if (sums_up) part.bias_sums = own + norm.width;
                return part;
              });
}

void cross_entropy_rows(const float* logits, const int64_t* labels, int64_t rows, int64_t width,
                        float* losses, float* log_sums) {
  over_rows(rows, width, [&](int64_t begin, int64_t n) {
    return CrossEntropyPart{logits + begin * width, labels + begin,  n, width,
                            losses + begin,         log_sums + begin};
  });
}

void cross_entropy_rows_backward(const int64_t* labels, const float* log_sums,
                                 const float* loss_gradient, int64_t rows, int64_t width,
                                 float* logits) {
  over_rows(rows, width, [&](int64_t begin, int64_t n) {
    return CrossEntropyBackwardPart{labels + begin, log_sums + begin,      loss_gradient + begin, n,
                                    width,          logits + begin * width};
  });
}

}  // namespace kairo
