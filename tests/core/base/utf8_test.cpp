#include "core/base/utf8.h"

#include <gtest/gtest.h>

namespace kairo {
namespace {

const std::string kBad = "\xEF\xBF\xBD";  // U+FFFD

TEST(ReplaceInvalidUtf8, LeavesValidTextAsItIs) {
  // The first and last character of each length, and those beside the surrogates.
  const std::string text =
      "\x7F"
      "\xC2\x80\xDF\xBF"
      "\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"
      "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF";
  EXPECT_EQ(replace_invalid_utf8(text), text);
  EXPECT_EQ(replace_invalid_utf8(""), "");
  EXPECT_EQ(replace_invalid_utf8(std::string(1, '\0')), std::string(1, '\0'));
}

// The Unicode Standard 15, table 3-8.
TEST(ReplaceInvalidUtf8, OneForEachBeginOfACharacterAndEachStrayByte) {
  EXPECT_EQ(replace_invalid_utf8("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
            "a" + kBad + kBad + kBad + "b" + kBad + "c" + kBad + kBad + "d");
}

// What Python 3.11's bytes.decode("utf-8", errors="replace") gives.
TEST(ReplaceInvalidUtf8, GivesWhatPythonGives) {
  EXPECT_EQ(replace_invalid_utf8("\xC0\x80"), kBad + kBad);                        // overlong
  EXPECT_EQ(replace_invalid_utf8("\xE0\x9F\xBF"), kBad + kBad + kBad);             // overlong
  EXPECT_EQ(replace_invalid_utf8("\xED\xA0\x80"), kBad + kBad + kBad);             // a surrogate
  EXPECT_EQ(replace_invalid_utf8("\xF4\x90\x80\x80"), kBad + kBad + kBad + kBad);  // too large
  EXPECT_EQ(replace_invalid_utf8("\xF0\x9F\x99"), kBad);                           // cut short
  EXPECT_EQ(replace_invalid_utf8("\xF0\x9F\x99 a"), kBad + " a");
  EXPECT_EQ(replace_invalid_utf8("\xE2\xE2\x82\xAC"), kBad + "\xE2\x82\xAC");
  EXPECT_EQ(replace_invalid_utf8("\xFF\xFE"), kBad + kBad);
}

TEST(CharacterLength, IsThatOfAValidCharacterAtTheBeginning) {
  EXPECT_EQ(character_length("ab"), 1u);
  EXPECT_EQ(character_length("\xE2\x82\xAC 5"), 3u);  // the euro sign
  EXPECT_EQ(character_length("\xF0\x9F\x99\x82"), 4u);
  EXPECT_EQ(character_length(""), 0u);
  EXPECT_EQ(character_length("\xE2\x82"), 0u);      // cut short
  EXPECT_EQ(character_length("\x82"), 0u);          // in the middle of one
  EXPECT_EQ(character_length("\xE0\x80\x80"), 0u);  // overlong
}

TEST(Characters, AreCountedAndNeverCut) {
  const std::string text = "5 \xE2\x82\xAC!";  // four characters in six bytes
  EXPECT_EQ(n_characters(text), 4u);
  const std::size_t cuts[] = {0, 1, 2, 2, 2, 5, 6, 6};
  for (std::size_t at = 0; at < 8; ++at) EXPECT_EQ(cut_before(text, at), cuts[at]) << at;
}

}  // namespace
}  // namespace kairo
