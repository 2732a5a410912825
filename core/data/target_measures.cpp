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

// The answer of one example, or all of it if the task names none.
Span answer_of(const Dataset& data, int64_t example) {
  if (data.spans() == nullptr) return {0, data.info().n_pos + 1};
  const std::vector<std::string> names = data.spans()->names();
  const bool named = std::find(names.begin(), names.end(), "target") != names.end();
  return named ? data.spans()->at("target", example) : Span{0, data.info().n_pos + 1};
}

// `labels` at `positions` of one row; `logits` [position, width].
TargetMeasures measure_row(const int32_t* labels, const std::vector<int64_t>& positions,
                           const Span& answer, const TargetLogits& logits) {
  TargetMeasures measures;
  int64_t n_labels = 0, n_asked = 0, n_correct = 0;
  for (const int64_t pos : positions) n_labels += labels[pos] == kNoLabel ? 0 : 1;
  bool is_first = true;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const int32_t label = labels[positions[i]];
    if (label == kNoLabel) continue;
    const float* row = logits.values + static_cast<int64_t>(i) * logits.width;
    const double loss = cross_entropy(row, logits.width, label);
    if (is_first) measures.first_target_loss = loss;
    is_first = false;
    measures.loss += loss / static_cast<double>(n_labels);
    if (!answer.has(positions[i] + 1)) continue;
    ++n_asked;
    if (std::max_element(row, row + logits.width) == row + label) ++n_correct;
  }
  if (n_labels == 0) return {std::nan(""), std::nan(""), std::nan(""), std::nan("")};
  measures.accuracy = static_cast<double>(n_correct) / static_cast<double>(n_asked);
  measures.exact_match = n_correct == n_asked ? 1 : 0;
  return measures;
}

}  // namespace

std::vector<TargetMeasures> measure_targets(const Dataset& data,
                                            const std::vector<int64_t>& examples,
                                            const Batch& batch, const TargetLogits& logits) {
  if (logits.width < data.info().d_vocab()) {
    throw Error(ErrorKind::kShape)
        .at("logits of the targets")
        .expected("a width of at least " + std::to_string(data.info().d_vocab()))
        .came(std::to_string(logits.width));
  }
  const std::vector<int64_t> positions = labelled_positions(batch);
  const int64_t per_row = static_cast<int64_t>(positions.size()) * logits.width;
  std::vector<TargetMeasures> all;
  for (int64_t row = 0; row < batch.n; ++row) {
    all.push_back(measure_row(batch.labels.data() + row * batch.n_pos, positions,
                              answer_of(data, examples[row]),
                              {logits.values + row * per_row, logits.width}));
  }
  return all;
}

}  // namespace kairo
