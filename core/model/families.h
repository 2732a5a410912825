// The table of model families: from words to models, layouts and hook points.
//
// A new family is a folder below core/model with its class, its words in core/config, and one line
// in each of the two tables (model_kinds in core/config/model_options.cpp, and here).
// Thread rule: read only, but for add_model_family.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/model/model.h"

namespace kairo {

// One pass over sequences of one length.
struct PassShape {
  int64_t batch = 1;
  int64_t pos = 1;
  std::vector<int64_t> positions;  // those finished, ascending; empty: all
};

struct ModelFamily {
  const char* kind;  // of model_kinds()
  // The words are checked and of this family.
  std::unique_ptr<Model> (*make)(const ModelOptions&, at::Device, WeightGradients);
  ParameterLayout (*layout)(const ModelOptions&);
  HookTable (*hook_table)(const ModelOptions&);
  // Multiplications and additions of the matrix products of a forward pass.
  double (*forward_flop)(const ModelOptions&, const PassShape&);
};

const std::vector<ModelFamily>& model_families();
// For a family outside of the house, such as one in tests: before any model is made, once.
void add_model_family(const ModelFamily& family);
// kConfig if no family makes models of these words.
const ModelFamily& family_of(const ModelOptions& options);

// Parameters are zero until initialised or loaded. Throws kConfig where the words contradict each
// other.
std::unique_ptr<Model> make_model(const ModelOptions& options, at::Device device = at::kCPU,
                                  WeightGradients gradients = WeightGradients::kKept);

}  // namespace kairo
