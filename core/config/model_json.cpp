#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/config/field_values.h"
#include "core/config/model_options.h"
#include "core/config/processing_options.h"
#include "core/config/shown_json.h"

namespace kairo {
namespace {

class JsonWriter : public FieldVisitor {
 public:
  nlohmann::ordered_json words = nlohmann::ordered_json::object();

  void integer(const char* name, int64_t& value, IntRange, const char*) override {
    words[name] = value;
  }
  void real(const char* name, double& value, RealRange, const char*) override {
    words[name] = value;
  }
  void flag(const char* name, bool& value, const char*) override { words[name] = value; }
  void text(const char* name, std::string& value, const std::vector<std::string>& choices,
            const char*) override {
    // TransformerLens says None.
    if (value == "none" && !choices.empty()) {
      words[name] = nullptr;
    } else {
      words[name] = value;
    }
  }
  void integers(const char* name, std::vector<int64_t>& value, IntRange, const char*) override {
    words[name] = value;
  }
  void reals(const char* name, std::vector<double>& value, RealRange, const char*) override {
    words[name] = value;
  }
  void texts(const char* name, std::vector<std::string>& value, const std::vector<std::string>&,
             const char*) override {
    words[name] = value;
  }
};

class JsonReader : public FieldVisitor {
 public:
  JsonReader(const nlohmann::json& words, const std::string& where)
      : words_(words), where_(where) {}

  std::set<std::string> names;  // of all fields visited

  void integer(const char* name, int64_t& value, IntRange range, const char*) override {
    read(name, value, range, describe(range));
  }
  void real(const char* name, double& value, RealRange range, const char*) override {
    read(name, value, range, describe(range));
  }
  void flag(const char* name, bool& value, const char*) override {
    if (const nlohmann::json* word = find(name)) {
      if (!word->is_boolean()) refuse(name, describe_flag(), *word);
      value = word->get<bool>();
    }
  }
  void text(const char* name, std::string& value, const std::vector<std::string>& choices,
            const char*) override {
    const bool has_none = !choices.empty() && contains(choices, "none");
    if (const nlohmann::json* word = find(name); word != nullptr && word->is_null() && has_none) {
      value = "none";
    } else {
      read(name, value, choices, describe(choices));
    }
  }
  void integers(const char* name, std::vector<int64_t>& value, IntRange each,
                const char*) override {
    read_list(name, value, each);
  }
  void reals(const char* name, std::vector<double>& value, RealRange each, const char*) override {
    read_list(name, value, each);
  }
  void texts(const char* name, std::vector<std::string>& value,
             const std::vector<std::string>& choices, const char*) override {
    read_list(name, value, choices);
  }

 private:
  // Null where the word is missing: its field keeps its default.
  const nlohmann::json* find(const char* name) {
    names.insert(name);
    const auto word = words_.find(name);
    return word == words_.end() ? nullptr : &*word;
  }

  [[noreturn]] void refuse(const char* name, const std::string& accepts,
                           const nlohmann::json& came) const {
    throw Error(ErrorKind::kCorrupt,
                {where_ + ": model word " + name, accepts, shown_json(came), ""});
  }

  static bool is_of(const nlohmann::json& word, int64_t) {
    // Beyond int64 a number would wrap around.
    return word.is_number_integer() &&
           (!word.is_number_unsigned() || word.get<uint64_t>() <= uint64_t{INT64_MAX});
  }
  static bool is_of(const nlohmann::json& word, double) { return word.is_number(); }
  static bool is_of(const nlohmann::json& word, const std::string&) { return word.is_string(); }

  template <typename Value, typename Accepted>
  Value value_of(const char* name, const nlohmann::json& word, const Accepted& accepted,
                 const std::string& accepts) const {
    if (!is_of(word, Value())) refuse(name, accepts, word);
    Value value = word.get<Value>();
    if (!contains(accepted, value)) refuse(name, accepts, word);
    return value;
  }

  template <typename Value, typename Accepted>
  void read(const char* name, Value& value, const Accepted& accepted, const std::string& accepts) {
    if (const nlohmann::json* word = find(name)) {
      value = value_of<Value>(name, *word, accepted, accepts);
    }
  }

  template <typename Value, typename Accepted>
  void read_list(const char* name, std::vector<Value>& value, const Accepted& each) {
    const nlohmann::json* word = find(name);
    if (word == nullptr) return;
    const std::string accepts = describe_list_of(each);
    if (!word->is_array()) refuse(name, accepts, *word);
    value.clear();
    for (const nlohmann::json& item : *word) {
      value.push_back(value_of<Value>(name, item, each, accepts));
    }
  }

  const nlohmann::json& words_;
  const std::string& where_;
};

// Of a copy: visiting is no const operation.
template <typename Words>
std::string words_of(Words options) {
  JsonWriter writer;
  options.visit(writer);
  return writer.words.dump();
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
  JsonReader reader(words, where);
  options.visit(reader);
  for (const auto& [name, value] : words.items()) {
    if (reader.names.count(name) > 0) continue;
    const std::vector<std::string> known(reader.names.begin(), reader.names.end());
    throw Error(ErrorKind::kCorrupt,
                {where, "", "unknown model word " + shown(name), did_you_mean(shown(name), known)});
  }
  return options;
}

}  // namespace kairo
