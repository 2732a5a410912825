#include "core/data/target_measures.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace kairo {
namespace {

double cross_entropy(const float* logits, int64_t width, int64_t label) {
  const double largest = *std::max_element(logits, logits + width);
  double sum = 0;
  for (int64_t v = 0; v < width; ++v) sum += std::exp(logits[v] - largest);
  return std::log(sum) + largest - logits[label];
}

TargetMeasures measure(const Dataset& data, int64_t example, const TargetLogits& logits) {
  const int64_t n_target = data.target().size();
  TargetMeasures measures;
  int64_t n_correct = 0;
  for (int64_t i = 0; i <= n_target; ++i) {
    const float* row = logits.values + i * logits.width;
    const int64_t label = data.labels[example * data.n_pos + data.first_target_query() + i];
    const double loss = cross_entropy(row, logits.width, label);
    if (i == 0) measures.first_target_loss = loss;
    measures.loss += loss / static_cast<double>(n_target + 1);
    const bool is_correct = std::max_element(row, row + logits.width) == row + label;
    if (i < n_target && is_correct) ++n_correct;
  }
  measures.accuracy = static_cast<double>(n_correct) / static_cast<double>(n_target);
  measures.exact_match = n_correct == n_target ? 1 : 0;
  return measures;
}

}  // namespace

std::vector<TargetMeasures> measure_targets(const Dataset& data,
                                            const std::vector<int64_t>& examples,
                                            const TargetLogits& logits) {
  if (logits.width < data.d_vocab()) {
    throw Error(ErrorKind::kShape)
        .at("logits of the targets")
        .expected("a width of at least " + std::to_string(data.d_vocab()))
        .came(std::to_string(logits.width));
  }
  const int64_t per_example = (data.target().size() + 1) * logits.width;
  std::vector<TargetMeasures> all;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const float* first = logits.values + static_cast<int64_t>(i) * per_example;
    all.push_back(measure(data, examples[i], {first, logits.width}));
  }
  return all;
}

}  // namespace kairo
