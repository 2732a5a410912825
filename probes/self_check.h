// What a probe checks about itself while it measures: two ways to one number must agree, or the
// step fails.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace kairo {

// kNumeric naming `where` and what was `expected` ("the last layer's logits to be the model's
// output") unless |came - reference| <= tolerance * max(1, largest |reference|) everywhere; NaN and
// infinities never agree.
void check_agreement(const std::string& where, const std::string& expected, const at::Tensor& came,
                     const at::Tensor& reference, double tolerance);

}  // namespace kairo
