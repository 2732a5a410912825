#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/config/field_json.h"
#include "core/config/field_values.h"
#include "core/config/model_options.h"
#include "core/config/processing_options.h"
#include "core/config/shown_json.h"

namespace kairo {
namespace {

// Fields refer to what may be assigned, so the options cannot be const.
void add_words(Options& options, nlohmann::ordered_json& words) {
  for (const Field& field : options.fields()) {
    const nlohmann::json value = value_json(field);
    // TransformerLens says None.
    words[field.name] = field.may_be_null() && value == "none" ? nlohmann::json() : value;
  }
}

std::unique_ptr<ModelOptions> default_words_of(const nlohmann::json& words,
                                               const std::string& where) {
  const auto kind = words.find("kind");
  if (kind == words.end()) return model_kinds().front().options();
  const std::vector<std::string> names = model_kind_names();
  if (kind->is_string() && contains(names, kind->get<std::string>())) {
    return options_of_kind(kind->get<std::string>());
  }
  throw Error(ErrorKind::kCorrupt)
      .at(where + ": model word kind")
      .expected(describe(names))
      .came(shown_json(*kind));
}

}  // namespace

std::string to_json(const ModelOptions& options) {
  const std::unique_ptr<ModelOptions> copy = options.clone();
  nlohmann::ordered_json words = nlohmann::ordered_json::object();
  const std::string kind = options.kind();
  if (kind != model_kinds().front().name) words["kind"] = kind;
  add_words(*copy, words);
  return words.dump();
}

std::string to_json(const ProcessingOptions& options) {
  ProcessingOptions copy = options;
  nlohmann::ordered_json words = nlohmann::ordered_json::object();
  add_words(copy, words);
  return words.dump();
}

std::unique_ptr<ModelOptions> model_options_from_json(const std::string& json,
                                                      const std::string& where) {
  nlohmann::json words = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!words.is_object()) {
    throw Error(ErrorKind::kCorrupt)
        .at(where)
        .expected("the model's options as a JSON object")
        .came(shown(json));
  }
  std::unique_ptr<ModelOptions> options = default_words_of(words, where);
  words.erase("kind");
  assign_json(words, *options, "model word", where);
  return options;
}

}  // namespace kairo
