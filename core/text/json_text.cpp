#include "core/text/json_text.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/base/error.h"

namespace kairo {
namespace {

constexpr std::string_view kNumberCharacters = "+-.eE0123456789";
constexpr std::size_t kShownDigits = 20;

// The length of the string literal at `begin`, with its quotes.
std::size_t literal_length(std::string_view text, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size()) - begin;
}

std::size_t number_length(std::string_view text, std::size_t begin) {
  return std::min(text.find_first_not_of(kNumberCharacters, begin), text.size()) - begin;
}

bool overflows(const std::string& number) {
  // strtod() would read "infinity" too, but those characters are no number's.
  return std::isinf(std::strtod(number.c_str(), nullptr));
}

std::string in_quotes(const std::string& number) {
  if (number.size() <= kShownDigits) return '"' + number + '"';
  return '"' + number.substr(0, kShownDigits) + "... (" + std::to_string(number.size()) +
         " characters)\"";
}

// `text` with what only Python takes for a number in quotes.
std::string as_plain_json(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 1;
    bool is_special = false;
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity"}) {
      if (text.compare(at, word.size(), word) != 0) continue;
      length = word.size();
      is_special = true;
    }
    if (!is_special && text[at] == '"') {
      length = literal_length(text, at);
    } else if (!is_special && kNumberCharacters.find(text[at]) != std::string_view::npos) {
      length = number_length(text, at);
      is_special = overflows(text.substr(at, length));
    }
    plain += is_special ? in_quotes(text.substr(at, length)) : text.substr(at, length);
    at += length;
  }
  return plain;
}

}  // namespace

nlohmann::json parse_json(const std::string& text, const std::string& where) {
  nlohmann::json parsed = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_discarded()) return parsed;
  try {
    return nlohmann::json::parse(as_plain_json(text));
  } catch (const nlohmann::json::parse_error& error) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
    const auto line = 1 + std::count(text.begin(), end, '\n');
    throw Error(ErrorKind::kCorrupt)
        .at(where)
        .fact(text.empty() ? "the file is empty"
                           : "this is not JSON: line " + std::to_string(line) + " has an error")
        .hint("get the file again");
  }
}

}  // namespace kairo
