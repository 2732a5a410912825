#include "core/model/batch.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace kairo {
namespace {

at::Tensor table_of(const std::vector<int32_t>& values, int64_t n, int64_t n_pos) {
  at::Tensor table = at::empty({n, n_pos}, at::kLong);
  std::copy(values.begin(), values.end(), table.data_ptr<int64_t>());
  return table;
}

}  // namespace

LabelledTokens LabelledTokens::rows(int64_t begin, int64_t n) const {
  return {inputs.narrow(0, begin, n), labels.narrow(0, begin, n), positions, all_labelled};
}

LabelledTokens LabelledTokens::on(at::Device device) const {
  return {inputs.to(device), labels.to(device), positions, all_labelled};
}

LabelledTokens labelled_tokens(const Batch& batch) {
  return labelled_tokens(inputs_of(batch), labels_of(batch));
}

LabelledTokens labelled_tokens(const at::Tensor& inputs, const at::Tensor& labels) {
  const at::Tensor has_label = labels.ne(kNoLabel);
  const at::Tensor positions = has_label.any(0).nonzero().squeeze(1).contiguous().to(at::kCPU);
  LabelledTokens tokens;
  tokens.inputs = inputs;
  tokens.positions.assign(positions.data_ptr<int64_t>(),
                          positions.data_ptr<int64_t>() + positions.numel());
  tokens.labels = labels.index_select(1, positions.to(labels.device()));
  tokens.all_labelled = has_label.sum().item<int64_t>() == tokens.labels.numel();
  return tokens;
}

at::Tensor inputs_of(const Batch& batch) { return table_of(batch.tokens, batch.n, batch.n_pos); }

at::Tensor labels_of(const Batch& batch) { return table_of(batch.labels, batch.n, batch.n_pos); }

at::Tensor inputs_of(const Dataset& data, const std::vector<int64_t>& examples) {
  return inputs_of(data.batch(examples));
}

at::Tensor inputs_of(const Dataset& data, const std::vector<Alternative>& alternatives) {
  std::vector<int32_t> rows;
  for (const Alternative& each : alternatives) {
    const std::vector<int32_t> row = data.alternatives()->tokens_with(each.example, each.value);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  const auto n = static_cast<int64_t>(alternatives.size());
  return table_of(rows, n, n == 0 ? 0 : static_cast<int64_t>(rows.size()) / n);
}

at::Tensor token_losses(const Model& model, const LabelledTokens& tokens, const Hooks& hooks,
                        const PassRandom& random) {
  ForwardOptions forward;
  forward.random = random;
  forward.positions = tokens.positions;
  if (tokens.all_labelled) return model.loss(tokens.inputs, tokens.labels, hooks, forward);
  const at::Tensor losses = model.loss(tokens.inputs, tokens.labels.clamp_min(0), hooks, forward);
  return losses.masked_fill(tokens.labels.eq(kNoLabel), 0);
}

}  // namespace kairo
