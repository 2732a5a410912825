#include "core/text/byte_alphabet.h"

#include <array>

namespace kairo {
namespace {

constexpr int kBytes = 256;
constexpr int kFirstStandIn = 0x100;
constexpr int kCharacters = kFirstStandIn + 68;  // all are below this code point

bool is_visible(int byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

// UTF-8 of a code point below 0x800.
std::string utf8_of(int code_point) {
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  return {static_cast<char>(0xC0 | (code_point >> 6)), static_cast<char>(0x80 | (code_point & 63))};
}

struct Alphabet {
  std::array<std::string, kBytes> characters;
  std::array<int, kCharacters> bytes;  // by code point; -1: not of the alphabet

  Alphabet() {
    bytes.fill(-1);
    int stand_in = kFirstStandIn;
    for (int byte = 0; byte < kBytes; ++byte) {
      const int code_point = is_visible(byte) ? byte : stand_in++;
      characters[byte] = utf8_of(code_point);
      bytes[code_point] = byte;
    }
  }
};

const Alphabet& alphabet() {
  static const Alphabet the_one;
  return the_one;
}

}  // namespace

const std::string& byte_character(unsigned char byte) { return alphabet().characters[byte]; }

std::optional<std::string> bytes_written(std::string_view written) {
  std::string bytes;
  for (std::size_t at = 0; at < written.size(); ++at) {
    int code_point = static_cast<unsigned char>(written[at]);
    if (code_point >= 0xE0) return std::nullopt;  // three bytes and more: beyond the alphabet
    if (code_point >= 0xC0) {
      if (++at == written.size()) return std::nullopt;
      code_point = (code_point & 31) << 6 | (static_cast<unsigned char>(written[at]) & 63);
    }
    if (code_point >= kCharacters || alphabet().bytes[code_point] < 0) return std::nullopt;
    bytes += static_cast<char>(alphabet().bytes[code_point]);
  }
  return bytes;
}

}  // namespace kairo
