#include "core/base/utf8.h"

#include <algorithm>

namespace kairo {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";  // U+FFFD

// What may follow a first byte: the second byte's range keeps out overlong forms, surrogates and
// what lies beyond U+10FFFF (The Unicode Standard, table 3-7).
struct Lead {
  std::size_t length;  // of the character; 0: begins none
  unsigned char least_second;
  unsigned char most_second;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

// How many of the bytes after the first belong to its character, at most `lead.length` - 1.
std::size_t followers(std::string_view bytes, const Lead& lead) {
  std::size_t n = 0;
  while (n + 1 < lead.length && n + 1 < bytes.size()) {
    const auto byte = static_cast<unsigned char>(bytes[n + 1]);
    const unsigned char least = n == 0 ? lead.least_second : 0x80;
    const unsigned char most = n == 0 ? lead.most_second : 0xBF;
    if (byte < least || byte > most) break;
    ++n;
  }
  return n;
}

}  // namespace

std::size_t character_length(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const Lead lead = lead_of(static_cast<unsigned char>(bytes.front()));
  return 1 + followers(bytes, lead) == lead.length ? lead.length : 0;
}

std::string replace_invalid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const Lead lead = lead_of(static_cast<unsigned char>(bytes.front()));
    const std::size_t length = 1 + followers(bytes, lead);
    if (length == lead.length) {
      text += bytes.substr(0, length);
    } else {
      text += kReplacement;
    }
    bytes.remove_prefix(length);
  }
  return text;
}

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

std::size_t n_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::size_t cut_before(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  while (at > 0 && !begins_character(text[at])) --at;
  return at;
}

}  // namespace kairo
