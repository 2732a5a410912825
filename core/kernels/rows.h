// Loops over float32 rows on the CPU that the fused operations share: what stands between the
// matrix products. All arrays are row-major and contiguous; a null pointer stands for what is left
// out.
//
// Sums over rows are taken in fixed blocks of rows, so that they are equal to the bit for any
// number of threads.
// Thread rule: any thread may call; rows are shared among the calling thread's OpenMP team.
#pragma once

#include <cstdint>

namespace kairo {

// to [rows, width] = bias [width] + added [rows, width]; both may be null.
void fill_rows(const float* bias, const float* added, int64_t rows, int64_t width, float* to);

// sums [width] += the sum of x [rows, width] over its rows.
void add_column_sums(const float* x, int64_t rows, int64_t width, float* sums);

// table[index[row]] += x[row] for x [rows, width], in the rows' order, by the calling thread alone.
void add_rows_at(const float* x, const int64_t* index, int64_t rows, int64_t width, float* table);

// x Φ(x), or its tanh form (core/kernels/gelu.h).
enum class GeluForm { kExact, kTanh };

// post [rows, width] = gelu(pre + bias); where slope is not null, gelu' there. slope or post may be
// pre's own memory.
void gelu_rows(GeluForm form, const float* pre, const float* bias, int64_t rows, int64_t width,
               float* post, float* slope);

// gradient *= slope, and sums [width], null or not, += the result's sums over rows.
void multiply_rows(const float* slope, int64_t rows, int64_t width, float* gradient, float* sums);

struct NormRows {
  const float* x;     // [rows, width]
  const float* gain;  // [width] or null
  const float* bias;  // [width] or null
  float eps;
  int64_t rows, width;
};

// y = (x - mean) · inverse · gain + bias, inverse = 1 / sqrt(variance + eps); mean_inverse [rows,
// 2] is kept for backward.
void norm_rows(const NormRows& norm, float* y, float* mean_inverse);

// The gradients of norm_rows: x_gradient [rows, width] is written; gain_gradient and bias_gradient
// [width], null or not, are added to.
void norm_rows_backward(const NormRows& norm, const float* mean_inverse, const float* y_gradient,
                        float* x_gradient, float* gain_gradient, float* bias_gradient);

// losses [rows] = log(sum(exp(logits))) - logits[label]; log_sums [rows] the first part. logits
// [rows, width].
void cross_entropy_rows(const float* logits, const int64_t* labels, int64_t rows, int64_t width,
                        float* losses, float* log_sums);

// logits become gradients: loss_gradient[row] · (softmax(logits) - one at the label).
void cross_entropy_rows_backward(const int64_t* labels, const float* log_sums,
                                 const float* loss_gradient, int64_t rows, int64_t width,
                                 float* logits);

}  // namespace kairo
