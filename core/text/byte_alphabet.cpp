#include "core/text/byte_alphabet.h"

#include <utf8proc.h>

#include <array>

namespace kairo {
namespace {

constexpr int kBytes = 256;
constexpr int kFirstStandIn = 0x100;
constexpr int kCharacters = kFirstStandIn + 68;  // all are below this code point

bool is_visible(int byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

std::string utf8_of(int code_point) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto n = utf8proc_encode_char(code_point, bytes.data());
  return std::string(bytes.begin(), bytes.begin() + n);
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
  while (!written.empty()) {
    utf8proc_int32_t code_point = -1;
    const auto n = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(written.data()),
                                    static_cast<utf8proc_ssize_t>(written.size()), &code_point);
    if (n < 1 || code_point >= kCharacters || alphabet().bytes[code_point] < 0) return std::nullopt;
    bytes += static_cast<char>(alphabet().bytes[code_point]);
    written.remove_prefix(static_cast<std::size_t>(n));
  }
  return bytes;
}

}  // namespace kairo
