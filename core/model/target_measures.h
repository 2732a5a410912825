// A model's loss, first-target loss, accuracy and exact match per example: runs the model and
// applies the one definition of core/data/target_measures.h to its logits.
//
// Looks at the target's positions alone and builds no graph. Thread rule: any thread may call; the
// model is only read.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/data/target_measures.h"
#include "core/model/model.h"

namespace kairo {

// inputs [example, pos] int64, on any device: those of `examples` (core/model/batch.h), or changed
// ones (an alternative's); the labels are the examples' own. The result is in the order
// of `examples`. kShape where the two differ in number. Logits are compared in float32 whatever the
// model's dtype.
std::vector<TargetMeasures> measure_targets(const Model& model, const at::Tensor& inputs,
                                            const Dataset& data,
                                            const std::vector<int64_t>& examples);

// Means over examples of each measure. Empty: all NaN.
TargetMeasures mean_of(const std::vector<TargetMeasures>& measures);

}  // namespace kairo
