#include "core/config/field_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/utf8.h"

namespace kairo {
namespace {

constexpr double kLargestExactInteger = 9007199254740992.0;  // 2^53
constexpr std::size_t kMostShown = 60;

// "an integer" with its limits; `least` and `most` are empty where there is no limit.
std::string with_limits(const std::string& noun, const std::string& least,
                        const std::string& most) {
  if (!least.empty() && !most.empty()) return noun + " from " + least + " to " + most;
  if (!least.empty()) return noun + " >= " + least;
  if (!most.empty()) return noun + " <= " + most;
  return noun;
}

template <typename Number>
std::optional<Number> number_in(const std::string& text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

}  // namespace

std::string describe(IntRange range) {
  const IntRange all;
  return with_limits("an integer", range.least == all.least ? "" : std::to_string(range.least),
                     range.most == all.most ? "" : std::to_string(range.most));
}

std::string describe(RealRange range) {
  return with_limits("a number", std::isinf(range.least) ? "" : shortest(range.least),
                     std::isinf(range.most) ? "" : shortest(range.most));
}

std::string describe(const std::vector<std::string>& choices) {
  if (choices.empty()) return "text";
  std::string text = "one of ";
  for (std::size_t i = 0; i < choices.size(); ++i) text += (i == 0 ? "" : ", ") + choices[i];
  return text;
}

std::string describe(TrueOrFalse) { return "true or false"; }

std::string describe(const Field& field) {
  const std::string one =
      std::visit([](const auto& accepted) { return describe(accepted); }, field.accepted);
  return field.is_list() ? "a list, each " + one : one;
}

bool contains(IntRange range, int64_t value) { return range.least <= value && value <= range.most; }

bool contains(RealRange range, double value) { return range.least <= value && value <= range.most; }

bool contains(const std::vector<std::string>& choices, const std::string& value) {
  return choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end();
}

std::optional<int64_t> integer_in(const std::string& text) {
  if (const auto integer = number_in<int64_t>(text)) return integer;
  const std::optional<double> real = real_in(text);
  const bool integral =
      real && *real == std::trunc(*real) && std::abs(*real) <= kLargestExactInteger;
  if (!integral) return std::nullopt;
  return static_cast<int64_t>(*real);
}

std::optional<double> real_in(const std::string& text) {
  const std::optional<double> real = number_in<double>(text);
  if (!real || !std::isfinite(*real)) return std::nullopt;
  return real;
}

std::optional<bool> flag_in(const std::string& text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

std::string shortest(double value) {
  char buffer[32];  // the longest shortest double has 24 characters
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, result.ptr);
}

std::string shown(const std::string& text) {
  std::string line = text.substr(0, cut_before(text, kMostShown));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return text.size() > kMostShown ? line + "..." : line;
}

}  // namespace kairo
