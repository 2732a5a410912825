#include "core/config/model_section.h"

namespace kairo {

ModelSection::ModelSection() : ModelSection(*model_kinds().front().options()) {}

ModelSection::ModelSection(const ModelOptions& words)
    : kind_(words.kind()), words_(words.clone()) {}

ModelSection::ModelSection(const ModelSection& other) : ModelSection(*other) {}

ModelSection& ModelSection::operator=(const ModelSection& other) {
  kind_ = other.kind_;
  words_ = other->clone();
  return *this;
}

std::vector<Field> ModelSection::fields() {
  if (kind_ != words_->kind()) words_ = options_of_kind(kind_);
  std::vector<Field> all = {
      {"kind", kind_, model_kind_names(), "Family of the model: which other keys model.* has."}};
  for (Field& field : words_->fields()) all.push_back(std::move(field));
  return all;
}

}  // namespace kairo
