#include "core/text/byte_alphabet.h"

#include <gtest/gtest.h>

#include <set>

namespace kairo {
namespace {

// The 68 bytes that are no visible character of Latin-1, in order, take U+0100, U+0101, ...
TEST(ByteAlphabet, WritesASpaceAsThe33rdStandIn) {
  EXPECT_EQ(byte_character('A'), "A");
  EXPECT_EQ(byte_character('~'), "~");
  EXPECT_EQ(byte_character(0x00), "\u0100");
  EXPECT_EQ(byte_character('\n'), "\u010A");
  EXPECT_EQ(byte_character(' '), "\u0120");   // 0x100 + 32
  EXPECT_EQ(byte_character(0x7F), "\u0121");  // 0x100 + 33
  EXPECT_EQ(byte_character(0xA0), "\u0142");  // 0x100 + 33 + (0xA0 - 0x7F)
  EXPECT_EQ(byte_character(0xAD), "\u0143");  // the last one
  EXPECT_EQ(byte_character(0xE9), "\u00E9");
}

TEST(ByteAlphabet, HasACharacterOfItsOwnForEachByte) {
  std::set<std::string> characters;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string& character = byte_character(static_cast<unsigned char>(byte));
    characters.insert(character);
    EXPECT_EQ(bytes_written(character), std::string(1, static_cast<char>(byte)));
  }
  EXPECT_EQ(characters.size(), 256u);
}

TEST(ByteAlphabet, ReadsWordsAndNothingElse) {
  EXPECT_EQ(bytes_written("\u0120the\u010A"), " the\n");
  EXPECT_EQ(bytes_written(""), "");
  EXPECT_EQ(bytes_written("a b"), std::nullopt);      // a space is never written as one
  EXPECT_EQ(bytes_written("\u00AD"), std::nullopt);   // nor a soft hyphen
  EXPECT_EQ(bytes_written("\u0144"), std::nullopt);   // one past the last
  EXPECT_EQ(bytes_written("\u2581a"), std::nullopt);  // of another alphabet
  EXPECT_EQ(bytes_written("\U0001F642"), std::nullopt);
}

}  // namespace
}  // namespace kairo
