#include "core/model/loss.h"

#include <ATen/ATen.h>

namespace kairo {

at::Tensor token_loss(const at::Tensor& logits, const at::Tensor& labels) {
  const at::Tensor log_probabilities = at::log_softmax(logits, -1);
  return -log_probabilities.gather(-1, labels.unsqueeze(-1)).squeeze(-1);
}

at::Tensor next_token_loss(const at::Tensor& logits, const at::Tensor& tokens) {
  const int64_t n = tokens.size(1) - 1;
  return token_loss(logits.narrow(1, 0, n), tokens.narrow(1, 1, n));
}

}  // namespace kairo
