// The words of a Hugging Face config.json, typed. A word that is null counts as one that is
// missing, as it does there. Every error is kCorrupt naming the file and the word.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace kairo {

class ConfigWords {
 public:
  // kNotFound, kCorrupt.
  explicit ConfigWords(const std::string& path);

  bool has(const char* word) const;
  // These need the word; a size is an integer from 1 to 2^30…
  int64_t size(const char* word) const;
  std::string text(const char* word) const;
  // …and these give `otherwise` where it is missing.
  double real(const char* word, double otherwise) const;
  bool flag(const char* word, bool otherwise) const;
  std::string text(const char* word, const std::string& otherwise) const;
  // The words of an object inside; none of them where it is missing.
  ConfigWords section(const char* word) const;

  // For a word whose value cannot be done here.
  [[noreturn]] void refuse(const char* word, const std::string& expected,
                           const std::string& hint = "") const;

 private:
  ConfigWords(nlohmann::json words, std::string where);
  template <typename Value>
  std::optional<Value> value(const char* word, const std::string& kind) const;

  nlohmann::json words_;
  std::string where_;
};

}  // namespace kairo
