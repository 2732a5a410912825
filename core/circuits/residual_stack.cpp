#include "core/circuits/residual_stack.h"

#include <ATen/ATen.h>

#include <utility>

#include "core/base/error.h"
#include "core/circuits/read_point.h"
#include "core/model/transformer/transformer.h"

namespace kairo {

Positions Positions::one(int64_t pos) {
  Positions positions;
  positions.kind_ = Kind::kOne;
  positions.positions_ = {pos};
  return positions;
}

Positions Positions::of(std::vector<int64_t> positions) {
  Positions some;
  some.kind_ = Kind::kSome;
  some.positions_ = std::move(positions);
  return some;
}

at::Tensor Positions::pick(const at::Tensor& value, int64_t axis) const {
  if (kind_ == Kind::kAll) return value;
  const int64_t n = value.size(axis);
  std::vector<int64_t> from_start;
  for (const int64_t pos : positions_) {
    if (pos < -n || pos >= n) {
      throw Error(ErrorKind::kShape)
          .at("positions")
          .expected(std::to_string(-n) + " to " + std::to_string(n - 1))
          .came(std::to_string(pos));
    }
    from_start.push_back(pos < 0 ? pos + n : pos);
  }
  if (kind_ == Kind::kOne) return value.select(axis, from_start.front());
  return value.index_select(axis, at::tensor(from_start, value.options().dtype(at::kLong)));
}

ResidualStack apply_ln_to_stack(const Transformer& model, const ActivationCache& cache,
                                const ResidualStack& stack, const ApplyLnOptions& options) {
  const char* const name = "apply_ln_to_stack";
  if (stack.apply_ln != ApplyLn::kNo) {
    throw Error(ErrorKind::kUsage)
        .at(name)
        .fact("this stack has been through a norm, so it cannot be taken apart")
        .hint("make it with ApplyLn::kNo");
  }
  const ReadPoint point = read_point(model.options(), options.layer, options.mlp_input, name);
  const LinearNorm norm = linear_norm(model, cache, point, options.apply_ln, stack.positions, name);
  ResidualStack result = stack;
  result.apply_ln = options.apply_ln;
  result.values = norm(stack.values);
  if (norm.bias.defined()) {
    result.labels.push_back(norm.bias_label);
    result.values = at::cat({result.values, norm.bias.expand_as(stack.values[0]).unsqueeze(0)});
  }
  return result;
}

}  // namespace kairo
