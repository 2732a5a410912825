// The section `model` of a configuration: `kind` names the family, and the other keys are the words
// of that family.
//
//   model: {kind: transformer, n_layers: 4}
//
// A value: a copy has words of its own.
#pragma once

#include <memory>
#include <string>

#include "core/base/error.h"
#include "core/config/model_options.h"

namespace kairo {

class ModelSection : public Options {
 public:
  ModelSection();  // of the default family
  explicit ModelSection(const ModelOptions& words);
  ModelSection(const ModelSection& other);
  ModelSection& operator=(const ModelSection& other);

  const ModelOptions& operator*() const { return *words_; }
  const ModelOptions* operator->() const { return words_.get(); }
  ModelOptions* operator->() { return words_.get(); }

  // The words as those of a family, to set or read what only it has. kConfig for another one.
  template <typename Words>
  Words& as() {
    auto* words = dynamic_cast<Words*>(words_.get());
    if (words != nullptr) return *words;
    throw Error(ErrorKind::kConfig)
        .at("model.kind")
        .fact("the model is of the family " + kind_ + ", which has other words");
  }
  template <typename Words>
  const Words& as() const {
    return const_cast<ModelSection*>(this)->as<Words>();
  }

  std::vector<Field> fields() override;
  const char* deciding_field() const override { return "kind"; }

 private:
  std::string kind_;
  std::unique_ptr<ModelOptions> words_;
};

}  // namespace kairo
