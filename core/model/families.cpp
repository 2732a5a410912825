#include "core/model/families.h"

#include "core/base/error.h"
#include "core/model/transformer/family.h"

namespace kairo {
namespace {

std::vector<ModelFamily>& all_families() {
  static std::vector<ModelFamily> families = {
      transformer_family(),
  };
  return families;
}

}  // namespace

const std::vector<ModelFamily>& model_families() { return all_families(); }

void add_model_family(const ModelFamily& family) { all_families().push_back(family); }

const ModelFamily& family_of(const ModelOptions& options) {
  for (const ModelFamily& family : all_families()) {
    if (std::string(options.kind()) == family.kind) return family;
  }
  throw Error(ErrorKind::kConfig)
      .at("model.kind")
      .fact("no models are made of the family " + std::string(options.kind()))
      .hint("its line is missing in core/model/families.cpp");
}

std::unique_ptr<Model> make_model(const ModelOptions& options, at::Device device,
                                  WeightGradients gradients) {
  options.check();
  return family_of(options).make(options, device, gradients);
}

}  // namespace kairo
