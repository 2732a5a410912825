#include "core/model/batch.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"

namespace kairo {
namespace {

at::Tensor rows_of(const Dataset& data, const std::vector<int64_t>& table,
                   const std::vector<int64_t>& examples) {
  at::Tensor rows = at::empty({static_cast<int64_t>(examples.size()), data.n_pos}, at::kLong);
  int64_t* to = rows.data_ptr<int64_t>();
  for (const int64_t example : examples) {
    to = std::copy_n(table.begin() + example * data.n_pos, data.n_pos, to);
  }
  return rows;
}

}  // namespace

at::Tensor inputs_of(const Dataset& data, const std::vector<int64_t>& examples) {
  return rows_of(data, data.inputs, examples);
}

at::Tensor labels_of(const Dataset& data, const std::vector<int64_t>& examples) {
  return rows_of(data, data.labels, examples);
}

at::Tensor inputs_of(const Dataset& data, const std::vector<SelectorSwap>& swaps) {
  at::Tensor rows = at::empty({static_cast<int64_t>(swaps.size()), data.n_pos}, at::kLong);
  int64_t* to = rows.data_ptr<int64_t>();
  for (const SelectorSwap& swap : swaps) {
    const std::vector<int64_t> inputs = inputs_with_selector(data, swap.example, swap.selector);
    to = std::copy(inputs.begin(), inputs.end(), to);
  }
  return rows;
}

std::vector<int64_t> loss_positions(const Dataset& data) {
  std::vector<int64_t> positions;
  for (int64_t pos = 0; pos < data.n_pos; ++pos) {
    int64_t n_labels = 0;
    for (int64_t example = 0; example < data.n_examples; ++example) {
      if (data.labels[example * data.n_pos + pos] != kNoLabel) ++n_labels;
    }
    if (n_labels == 0) continue;
    if (n_labels != data.n_examples) {
      throw Error(
          ErrorKind::kShape,
          {"labels at position " + std::to_string(pos), "a label in every example or in none",
           std::to_string(n_labels) + " of " + std::to_string(data.n_examples), ""});
    }
    positions.push_back(pos);
  }
  return positions;
}

}  // namespace kairo
