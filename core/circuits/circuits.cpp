#include "core/circuits/circuits.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/circuits/weight_views.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

// R of A = QR: |A X| = |R X| for every X, and R is small.
at::Tensor triangle(const at::Tensor& a) { return std::get<1>(at::linalg_qr(a, "r")); }

at::Tensor transposed(const at::Tensor& matrix) { return matrix.transpose(-2, -1); }

at::Tensor norms(const at::Tensor& matrices) { return at::linalg_matrix_norm(matrices, "fro"); }

// M without the rotation on its left, [.., r, n], and on its right, [.., m, r]: |L R| is the norm
// of the product of these two thin ones.
at::Tensor thin_left(const FactoredMatrix& matrix) {
  return at::matmul(triangle(matrix.A()), matrix.B());
}
at::Tensor thin_right(const FactoredMatrix& matrix) {
  return at::matmul(matrix.A(), transposed(triangle(transposed(matrix.B()))));
}

FactoredMatrix second_circuits(const Transformer& model, Composition composition) {
  if (composition == Composition::kV) return ov_circuits(model);
  const FactoredMatrix qk = qk_circuits(model);
  return composition == Composition::kQ ? qk : qk.transpose();
}

at::Tensor gaussian(Random& random, int64_t rows, int64_t columns) {
  const at::Tensor drawn = at::empty({rows, columns}, at::kDouble);
  double* numbers = drawn.data_ptr<double>();
  for (int64_t i = 0; i < drawn.numel(); ++i) numbers[i] = random.normal();
  return drawn;
}

double random_score(Random& random, int64_t d_model, int64_t d_head) {
  const auto draw = [&] {
    const at::Tensor a = gaussian(random, d_model, d_head);
    return FactoredMatrix(a, gaussian(random, d_head, d_model));
  };
  const at::Tensor left = thin_left(draw());
  const at::Tensor right = thin_right(draw());
  return (norms(at::matmul(left, right)) / (norms(left) * norms(right))).item<double>();
}

}  // namespace

FactoredMatrix qk_circuits(const Transformer& model) {
  return {weights(model, "W_Q"), transposed(weights(model, "W_K"))};
}

FactoredMatrix ov_circuits(const Transformer& model) {
  return {weights(model, "W_V"), weights(model, "W_O")};
}

at::Tensor composition_scores(const Transformer& model, Composition composition) {
  const at::Tensor left = thin_left(ov_circuits(model));                     // [l, h, r, d]
  const at::Tensor right = thin_right(second_circuits(model, composition));  // [l, h, d, r]
  const at::Tensor left_norms = norms(left), right_norms = norms(right);     // [l, h]
  const int64_t n_layers = left.size(0), n_heads = left.size(1);
  at::Tensor scores = at::zeros({n_layers, n_heads, n_layers, n_heads}, left.options());
  for (int64_t first = 0; first + 1 < n_layers; ++first) {
    const int64_t n_later = n_layers - first - 1;
    for (int64_t head = 0; head < n_heads; ++head) {
      // A head at a time: all pairs at once would be [l h r, l h r], 340 MB for GPT-2.
      const at::Tensor products =
          at::matmul(left[first][head], right.narrow(0, first + 1, n_later));
      const at::Tensor scales = left_norms[first][head] * right_norms.narrow(0, first + 1, n_later);
      scores[first][head].narrow(0, first + 1, n_later).copy_(norms(products) / scales);
    }
  }
  return scores;
}

RandomComposition random_composition(int64_t d_model, int64_t d_head,
                                     const RandomCompositionOptions& options) {
  if (d_model < 1 || d_head < 1 || options.samples < 2) {
    throw Error(ErrorKind::kUsage)
        .at("random composition")
        .expected("sizes of at least 1 and 2 samples")
        .came("d_model " + std::to_string(d_model) + ", d_head " + std::to_string(d_head) +
              ", samples " + std::to_string(options.samples));
  }
  double sum = 0, sum_of_squares = 0;
  for (int64_t sample = 0; sample < options.samples; ++sample) {
    Random random(options.seed, static_cast<uint64_t>(sample));
    const double score = random_score(random, d_model, d_head);
    sum += score;
    sum_of_squares += score * score;
  }
  const double n = static_cast<double>(options.samples), mean = sum / n;
  const double variance = (sum_of_squares - n * mean * mean) / (n - 1);
  return {mean, std::sqrt(std::max(0.0, variance))};
}

}  // namespace kairo
