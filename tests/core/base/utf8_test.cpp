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

}  // namespace
}  // namespace kairo
