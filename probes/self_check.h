// What a probe checks about itself while it measures: two ways to one number must agree, or the
// step fails.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/model/model.h"

namespace kairo {

// kNumeric naming `where` and the `claim` ("the last layer's logits are the model's output")
// unless |came - reference| <= tolerance * max(1, largest |reference|) everywhere; NaN and
// infinities never agree.
void check_agreement(const std::string& where, const std::string& claim, const at::Tensor& came,
                     const at::Tensor& reference, double tolerance);

// kNumeric naming `where` and the first parameter with a number that is not finite: what runs no
// model would not meet one elsewhere.
void check_parameters_finite(const std::string& where, const Model& model);

// kNumeric naming `where` unless each row of an attention pattern [.., query, key] sums to one
// within 1e-4.
void check_attention_rows(const std::string& where, const at::Tensor& pattern);

}  // namespace kairo
