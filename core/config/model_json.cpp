#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/config/field_json.h"
#include "core/config/field_values.h"
#include "core/config/model_options.h"
#include "core/config/processing_options.h"

namespace kairo {
namespace {

// Takes a copy: a field refers to what may be assigned.
template <typename Words>
std::string words_of(Words options) {
  nlohmann::ordered_json words = nlohmann::ordered_json::object();
  for (const Field& field : options.fields()) {
    const nlohmann::json value = value_json(field);
    // TransformerLens says None.
    words[field.name] = field.may_be_null() && value == "none" ? nlohmann::json() : value;
  }
  return words.dump();
}

}  // namespace

std::string to_json(const ModelOptions& options) { return words_of(options); }

std::string to_json(const ProcessingOptions& options) { return words_of(options); }

ModelOptions model_options_from_json(const std::string& json, const std::string& where) {
  const nlohmann::json words = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!words.is_object()) {
    throw Error(ErrorKind::kCorrupt, {where, "the model words as a JSON object", shown(json), ""});
  }
  ModelOptions options;
  assign_json(words, options, "model word", where);
  return options;
}

}  // namespace kairo
