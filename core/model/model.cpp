#include "core/model/model.h"

#include <ATen/ATen.h>

#include <sstream>

#include "core/base/error.h"
#include "core/model/loss.h"

namespace kairo {

at::Tensor Model::loss(const at::Tensor& tokens, const at::Tensor& labels, const Hooks& hooks,
                       const ForwardOptions& options) const {
  return token_loss(forward(tokens, hooks, options), labels);
}

void check_tokens(const at::Tensor& tokens, const ModelOptions& options) {
  std::ostringstream came;
  came << tokens.sizes() << " " << tokens.scalar_type();
  const bool fits = tokens.dim() == 2 && tokens.scalar_type() == at::kLong &&
                    tokens.size(1) <= options.n_ctx && tokens.numel() > 0;
  if (!fits) {
    throw Error(ErrorKind::kShape)
        .at("tokens")
        .expected("int64 [batch, pos] with 1 to " + std::to_string(options.n_ctx) +
                  " positions (n_ctx)")
        .came(came.str());
  }
  const int64_t least = tokens.min().item<int64_t>(), most = tokens.max().item<int64_t>();
  if (least < 0 || most >= options.d_vocab) {
    throw Error(ErrorKind::kShape)
        .at("tokens")
        .expected("ids from 0 to " + std::to_string(options.d_vocab - 1))
        .came(std::to_string(least < 0 ? least : most));
  }
}

void check_random(const PassRandom& random, int64_t batch) {
  const auto n = static_cast<int64_t>(random.examples.size());
  if (n == 0 || n == batch) return;
  throw Error(ErrorKind::kShape)
      .at("examples of a pass's randomness")
      .expected(std::to_string(batch) + ", one for each row of the batch")
      .came(std::to_string(n));
}

at::Tensor position_rows(const std::vector<int64_t>& positions, const at::Tensor& values) {
  if (positions.empty()) return {};
  for (const int64_t position : positions) {
    if (position >= 0 && position < values.size(1)) continue;
    throw Error(ErrorKind::kShape)
        .at("positions")
        .expected("0 to " + std::to_string(values.size(1) - 1))
        .came(std::to_string(position));
  }
  return at::tensor(positions, at::TensorOptions(at::kLong).device(values.device()));
}

}  // namespace kairo
