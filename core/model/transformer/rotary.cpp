#include "core/model/transformer/rotary.h"

#include <ATen/ATen.h>

namespace kairo {

at::Tensor rotate(const at::Tensor& x, const at::Tensor& positions,
                  const TransformerOptions& options) {
  const int64_t turned = options.rotary_dim > 0 ? options.rotary_dim : options.d_head;
  const auto real = x.options().dtype(at::kDouble);
  const at::Tensor at_position =
      positions.defined() ? positions.to(at::kDouble) : at::arange(x.size(1), real);
  const at::Tensor exponents = at::arange(turned / 2, real) * (-2.0 / static_cast<double>(turned));
  const at::Tensor angles =
      at_position.unsqueeze(1) * at::pow(options.rotary_base, exponents).unsqueeze(0);
  const at::Tensor cosines = angles.cos().to(x.scalar_type()).unsqueeze(1);  // [n, 1, turned/2]
  const at::Tensor sines = angles.sin().to(x.scalar_type()).unsqueeze(1);
  const at::Tensor first = x.narrow(3, 0, turned / 2), second = x.narrow(3, turned / 2, turned / 2);
  return at::cat({first * cosines - second * sines, second * cosines + first * sines,
                  x.narrow(3, turned, x.size(3) - turned)},
                 3);
}

}  // namespace kairo
