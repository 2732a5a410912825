// Between a model in memory and a checkpoint's arrays.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "core/store/checkpoint.h"

namespace kairo {

// All parameters (or another buffer laid out like them: gradients, an optimiser state), by
// name, as float32.
std::vector<NamedArray> to_arrays(const FlatParameters& layout, const at::Tensor& flat);

// Copies arrays into a buffer laid out like the parameters. kCorrupt, naming `where`, for a
// missing, unknown or wrongly shaped array.
void from_arrays(const std::vector<NamedArray>& arrays, const FlatParameters& layout,
                 at::Tensor flat, const std::string& where);

// The model of a checkpoint file, of the family that its words say, on `device`, frozen (no
// gradients for weights). kNotFound; kCorrupt, naming the file, also for words that contradict each
// other or do not fit the arrays: these are compared before memory for a model is asked for.
std::unique_ptr<Model> load_model(const std::string& path, at::Device device = at::kCPU);
std::unique_ptr<Model> model_of(const Checkpoint& checkpoint, const std::string& where,
                                at::Device device = at::kCPU);

}  // namespace kairo
