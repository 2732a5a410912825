// The words of a Hugging Face config.json, typed. Every error is kCorrupt naming file and word.
//
// Invariant: a word is read, or stands in a list of those that leave the logits alone, or is
// refused by name (refuse_others). So no word that changes logits is ignored.
//
// A word that is null is not one that is missing: transformers has None there instead of the
// default. Only where None means something (has, section) is null accepted.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace kairo {

class ConfigWords {
 public:
  // kNotFound, kCorrupt.
  explicit ConfigWords(const std::string& path);

  // False for a missing word and for null.
  bool has(const char* word) const;
  // These need the word…
  std::string text(const char* word) const;
  // …and these give `otherwise` if it is missing; a size is an integer from 1 to 2^30.
  int64_t size(const char* word, int64_t otherwise) const;
  double real(const char* word, double otherwise) const;
  bool flag(const char* word, bool otherwise) const;
  std::string text(const char* word, const std::string& otherwise) const;
  // The words of an object inside; none of them if it is missing or null.
  ConfigWords section(const char* word) const;
  bool is_empty() const { return words_.empty(); }

  // For features that are not done here: missing, null, false, 0 and empty will do.
  void require_off(const std::vector<const char*>& words) const;
  // Marks words as known.
  void ignore(const std::vector<std::string>& words) const;
  // The first word that nobody has asked for. A leading "_" marks notes of transformers' own.
  void refuse_others() const;

  // For a word whose value cannot be done here.
  [[noreturn]] void refuse(const char* word, const std::string& expected,
                           const std::string& hint = "") const;

 private:
  ConfigWords(nlohmann::json words, std::string where);
  template <typename Value>
  std::optional<Value> value(const char* word, const std::string& kind) const;

  nlohmann::json words_;
  std::string where_;
  std::shared_ptr<std::set<std::string>> asked_ = std::make_shared<std::set<std::string>>();
};

}  // namespace kairo
