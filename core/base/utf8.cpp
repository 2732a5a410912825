#include "core/base/utf8.h"

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

}  // namespace kairo
