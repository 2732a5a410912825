#include "core/data/target_measures.h"

#include <algorithm>
#include <cmath>

namespace kairo {
namespace {

double cross_entropy(const float* logits, int64_t d_vocab, int64_t label) {
  const double largest = *std::max_element(logits, logits + d_vocab);
  double sum = 0;
  for (int64_t v = 0; v < d_vocab; ++v) sum += std::exp(logits[v] - largest);
  return std::log(sum) + largest - logits[label];
}

TargetMeasures measure(const Dataset& data, int64_t example, const float* logits) {
  const int64_t d_vocab = data.d_vocab();
  const int64_t n_target = data.target().size();
  TargetMeasures measures;
  int64_t n_correct = 0;
  for (int64_t i = 0; i <= n_target; ++i) {
    const float* row = logits + i * d_vocab;
    const int64_t label = data.labels[example * data.n_pos + data.first_target_query() + i];
    const double loss = cross_entropy(row, d_vocab, label);
    if (i == 0) measures.first_target_loss = loss;
    measures.loss += loss / static_cast<double>(n_target + 1);
    const bool is_correct = std::max_element(row, row + d_vocab) == row + label;
    if (i < n_target && is_correct) ++n_correct;
  }
  measures.accuracy = static_cast<double>(n_correct) / static_cast<double>(n_target);
  measures.exact_match = n_correct == n_target ? 1 : 0;
  return measures;
}

}  // namespace

std::vector<TargetMeasures> measure_targets(const Dataset& data,
                                            const std::vector<int64_t>& examples,
                                            const float* logits) {
  const int64_t per_example = (data.target().size() + 1) * data.d_vocab();
  std::vector<TargetMeasures> all;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    all.push_back(measure(data, examples[i], logits + static_cast<int64_t>(i) * per_example));
  }
  return all;
}

}  // namespace kairo
