#include "core/exchange/config_words.h"

#include <utility>

#include "core/base/error.h"
#include "core/config/field_values.h"
#include "core/config/shown_json.h"
#include "core/files/atomic_file.h"
#include "core/text/json_text.h"

namespace kairo {
namespace {

// Products of two sizes and a small number stay within int64.
constexpr int64_t kMostSize = 1 << 30;

bool is_of(const nlohmann::json& word, int64_t) {
  // Beyond int64 a number would wrap around.
  return word.is_number_integer() &&
         (!word.is_number_unsigned() || word.get<uint64_t>() <= uint64_t{INT64_MAX});
}
bool is_of(const nlohmann::json& word, double) { return word.is_number(); }
bool is_of(const nlohmann::json& word, bool) { return word.is_boolean(); }
bool is_of(const nlohmann::json& word, const std::string&) { return word.is_string(); }
bool is_of(const nlohmann::json& word, const nlohmann::json&) { return word.is_object(); }

}  // namespace

ConfigWords::ConfigWords(const std::string& path)
    : ConfigWords(parse_json(read_file(path), path), path) {
  if (!words_.is_object()) {
    throw Error(ErrorKind::kCorrupt).at(path).expected("a JSON object").came(words_.type_name());
  }
}

ConfigWords::ConfigWords(nlohmann::json words, std::string where)
    : words_(std::move(words)), where_(std::move(where)) {}

bool ConfigWords::has(const char* word) const {
  asked_->insert(word);
  const auto found = words_.find(word);
  return found != words_.end() && !found->is_null();
}

void ConfigWords::refuse(const char* word, const std::string& expected,
                         const std::string& hint) const {
  throw Error(ErrorKind::kCorrupt)
      .at(where_ + ": " + word)
      .expected(expected)
      .came(words_.contains(word) ? shown_json(words_[word]) : "nothing")
      .hint(hint);
}

template <typename Value>
std::optional<Value> ConfigWords::value(const char* word, const std::string& kind) const {
  asked_->insert(word);
  if (!words_.contains(word)) return std::nullopt;
  if (!is_of(words_[word], Value())) refuse(word, kind);
  return words_[word].get<Value>();
}

int64_t ConfigWords::size(const char* word, int64_t otherwise) const {
  const std::string expected = "an integer from 1 to " + std::to_string(kMostSize);
  const int64_t size = value<int64_t>(word, expected).value_or(otherwise);
  if (size < 1 || size > kMostSize) refuse(word, expected);
  return size;
}

std::string ConfigWords::text(const char* word) const {
  if (!words_.contains(word)) refuse(word, "text");
  return text(word, "");
}

double ConfigWords::real(const char* word, double otherwise) const {
  return value<double>(word, "a number").value_or(otherwise);
}

bool ConfigWords::flag(const char* word, bool otherwise) const {
  return value<bool>(word, "true or false").value_or(otherwise);
}

std::string ConfigWords::text(const char* word, const std::string& otherwise) const {
  return value<std::string>(word, "text").value_or(otherwise);
}

ConfigWords ConfigWords::section(const char* word) const {
  const bool there = has(word);
  return {there ? *value<nlohmann::json>(word, "an object") : nlohmann::json::object(),
          where_ + ": " + word};
}

void ConfigWords::require_off(const std::vector<const char*>& words) const {
  for (const char* word : words) {
    if (!has(word)) continue;
    const nlohmann::json& value = words_[word];
    const bool off =
        value == false || value == 0 || value == "" || (value.is_structured() && value.empty());
    if (!off) refuse(word, "none (null or false)", "no such model can be imported");
  }
}

void ConfigWords::ignore(const std::vector<std::string>& words) const {
  asked_->insert(words.begin(), words.end());
}

void ConfigWords::refuse_others() const {
  for (const auto& [word, value] : words_.items()) {
    if (asked_->count(word) > 0 || word.rfind('_', 0) == 0) continue;
    throw Error(ErrorKind::kCorrupt)
        .at(where_ + ": " + shown(word))
        .fact("this word is unknown here, and might change what the model computes")
        .hint("delete it from config.json if the model does not use it");
  }
}

}  // namespace kairo
