#include "core/model/transformer/pass_dropout.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/kernels/dropout.h"

namespace kairo {
namespace {

constexpr uint64_t kPlaces = 4;  // of DropoutPlace

double share_of(DropoutPlace place, const TransformerOptions& options) {
  switch (place) {
    case DropoutPlace::kEmbed:
      return options.embed_dropout;
    case DropoutPlace::kPattern:
      return options.attn_dropout;
    case DropoutPlace::kAttnOut:
    case DropoutPlace::kMlpOut:
      return options.resid_dropout;
  }
  return 0;
}

std::vector<int64_t> row_positions(const at::Tensor& positions, int64_t n) {
  std::vector<int64_t> numbers(static_cast<std::size_t>(n));
  const at::Tensor all = positions.defined() ? positions.to(at::kCPU) : at::arange(n, at::kLong);
  std::copy_n(all.contiguous().data_ptr<int64_t>(), n, numbers.begin());
  return numbers;
}

at::Tensor mask_of(const at::Tensor& x, const DroppedRows& rows, const TransformerOptions& options,
                   const PassRandom& random) {
  const int64_t heads = x.dim() == 4 ? x.size(1) : 1;
  std::vector<uint32_t> places;
  for (int64_t head = 0; head < heads; ++head) {
    for (const int64_t position : row_positions(rows.positions, x.size(-2))) {
      places.push_back(static_cast<uint32_t>(head * options.n_ctx + position));
    }
  }
  const uint64_t site =
      static_cast<uint64_t>(rows.layer) * kPlaces + static_cast<uint64_t>(rows.place);
  return dropout_mask(random, {share_of(rows.place, options), site}, places, x.size(-1),
                      x.options())
      .view(x.sizes());
}

}  // namespace

bool drops(DropoutPlace place, const TransformerOptions& options, const PassRandom& random) {
  return random.is_given() && share_of(place, options) > 0;
}

at::Tensor drop(const at::Tensor& x, const DroppedRows& rows, const TransformerOptions& options,
                const PassRandom& random) {
  if (!drops(rows.place, options, random)) return x;
  return x * mask_of(x, rows, options, random);
}

at::Tensor add_dropped(const at::Tensor& onto, const at::Tensor& x, const DroppedRows& rows,
                       const TransformerOptions& options, const PassRandom& random) {
  if (!drops(rows.place, options, random)) return onto + x;
  return at::addcmul(onto, x, mask_of(x, rows, options, random));
}

}  // namespace kairo
