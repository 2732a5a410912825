#include "core/config/model_options.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/config/transformer_options.h"

namespace kairo {
namespace {

template <typename Words>
std::unique_ptr<ModelOptions> default_words() {
  return std::make_unique<Words>();
}

std::vector<ModelKind>& all_kinds() {
  static std::vector<ModelKind> kinds = {
      {kTransformerKind, default_words<TransformerOptions>},
  };
  return kinds;
}

}  // namespace

const Names<ModelDtype> kDtypeNames = {{ModelDtype::kFloat32, "float32"},
                                       {ModelDtype::kFloat64, "float64"}};

const std::vector<ModelKind>& model_kinds() { return all_kinds(); }

void add_model_kind(const ModelKind& kind) { all_kinds().push_back(kind); }

std::vector<std::string> model_kind_names() {
  std::vector<std::string> names;
  for (const ModelKind& kind : all_kinds()) names.emplace_back(kind.name);
  return names;
}

std::unique_ptr<ModelOptions> options_of_kind(const std::string& name) {
  for (const ModelKind& kind : all_kinds()) {
    if (name == kind.name) return kind.options();
  }
  throw Error(ErrorKind::kConfig)
      .at("model.kind")
      .fact("there is no model family " + name)
      .hint(did_you_mean(name, model_kind_names()));
}

}  // namespace kairo
