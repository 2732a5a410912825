#include "core/config/field_json.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/config/field_values.h"
#include "core/config/shown_json.h"

namespace kairo {
namespace {

// Reads a value of the type that it is called with.
class WordReader {
 public:
  WordReader(const nlohmann::json& word, const Field& field, const std::string& where)
      : word_(word), field_(field), where_(where) {}

  template <typename Item>
  Field::Value operator()(const Item& like) const {
    if (word_.is_null() && field_.may_be_null()) return std::string("none");
    return read(word_, like);
  }
  template <typename Item>
  Field::Value operator()(const std::vector<Item>&) const {
    if (!word_.is_array()) refuse_word(word_);
    std::vector<Item> items;
    for (const nlohmann::json& each : word_) items.push_back(read(each, Item()));
    return items;
  }

 private:
  [[noreturn]] void refuse_word(const nlohmann::json& came) const {
    throw Error(ErrorKind::kCorrupt).at(where_).expected(describe(field_)).came(shown_json(came));
  }

  static bool is_of(const nlohmann::json& word, bool) { return word.is_boolean(); }
  static bool is_of(const nlohmann::json& word, int64_t) {
    // Beyond int64 a number would wrap around.
    return word.is_number_integer() &&
           (!word.is_number_unsigned() || word.get<uint64_t>() <= uint64_t{INT64_MAX});
  }
  static bool is_of(const nlohmann::json& word, double) { return word.is_number(); }
  static bool is_of(const nlohmann::json& word, const std::string&) { return word.is_string(); }

  bool is_accepted(bool) const { return true; }
  bool is_accepted(int64_t value) const {
    return contains(std::get<IntRange>(field_.accepted), value);
  }
  bool is_accepted(double value) const {
    return contains(std::get<RealRange>(field_.accepted), value);
  }
  bool is_accepted(const std::string& value) const {
    return contains(std::get<AcceptedTexts>(field_.accepted), value);
  }

  template <typename Item>
  Item read(const nlohmann::json& word, const Item& like) const {
    if (!is_of(word, like)) refuse_word(word);
    const Item value = word.get<Item>();
    if (!is_accepted(value)) refuse_word(word);
    return value;
  }

  const nlohmann::json& word_;
  const Field& field_;
  std::string where_;
};

}  // namespace

nlohmann::json value_json(const Field& field) {
  return std::visit([](const auto& value) { return nlohmann::json(value); }, field.value());
}

void assign_json(const nlohmann::json& words, Options& options, const std::string& what,
                 const std::string& where) {
  std::vector<std::string> known;
  for (const Field& field : options.fields()) {
    known.emplace_back(field.name);
    const auto word = words.find(field.name);
    if (word == words.end()) continue;
    const WordReader reader(*word, field, where + ": " + what + " " + field.name);
    field.assign(std::visit(reader, field.value()));
  }
  for (const auto& [name, value] : words.items()) {
    if (contains(known, name)) continue;
    throw Error(ErrorKind::kCorrupt)
        .at(where)
        .fact("unknown " + what + " " + shown(name))
        .hint(did_you_mean(shown(name), known));
  }
}

}  // namespace kairo
