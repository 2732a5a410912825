#include "core/text/word_splitter.h"

#include <gtest/gtest.h>

#include <string>

namespace kairo {
namespace {

using Words = std::vector<std::string_view>;

TEST(WordSplitter, SplitsAsGpt2Does) {
  const WordSplitter splitter;
  EXPECT_EQ(splitter.words("I'll say 12 \"no\"!"),
            (Words{"I", "'ll", " say", " 12", " \"", "no", "\"!"}));
  EXPECT_EQ(splitter.words(""), Words{});
}

TEST(WordSplitter, LeavesTheLastSpaceToTheWordAfterIt) {
  const WordSplitter splitter;
  EXPECT_EQ(splitter.words("a   b"), (Words{"a", "  ", " b"}));
  EXPECT_EQ(splitter.words("a\t\tb"), (Words{"a", "\t", "\t", "b"}));
  EXPECT_EQ(splitter.words("a   "), (Words{"a", "   "}));
  EXPECT_EQ(splitter.words("a \n "), (Words{"a", " \n "}));
}

TEST(WordSplitter, KnowsContractionsInSmallLettersOnly) {
  const WordSplitter splitter;
  EXPECT_EQ(splitter.words("don't"), (Words{"don", "'t"}));
  EXPECT_EQ(splitter.words("DON'T"), (Words{"DON", "'", "T"}));
  EXPECT_EQ(splitter.words("'street"), (Words{"'s", "treet"}));
  EXPECT_EQ(splitter.words(" 's"), (Words{" '", "s"}));
}

// White_Space in Unicode's PropList.txt. PCRE2's own \s would add U+180E.
TEST(WordSplitter, SpaceIsUnicodesWhiteSpaceExactly) {
  const WordSplitter splitter;
  const std::vector<std::string> spaces = {
      "\t",     "\n",     "\v",     "\f",     "\r",     " ",      "\u0085", "\u00A0", "\u1680",
      "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
      "\u2009", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};
  for (const std::string& space : spaces) {
    const std::string text = "!" + space;
    EXPECT_EQ(splitter.words(text), (Words{"!", space}));
  }
  for (const std::string other : {"\u180E", "\u200B", "\u200D", "\u2060", "\uFEFF", "\x1C"}) {
    const std::string text = "!" + other;
    EXPECT_EQ(splitter.words(text), Words{text});
  }
}

TEST(WordSplitter, KnowsLettersAndNumbersOfEveryScript) {
  const WordSplitter splitter;
  EXPECT_EQ(splitter.words("\u00E9\u6771\u01C6 \u0661\u00BD\u2167"),
            (Words{"\u00E9\u6771\u01C6", " \u0661\u00BD\u2167"}));
  // A combining accent is a mark, no letter.
  EXPECT_EQ(splitter.words("e\u0301a"), (Words{"e", "\u0301", "a"}));
}

TEST(WordSplitter, WordsTogetherAreTheText) {
  const WordSplitter splitter;
  const std::string text =
      std::string(200000, ' ') + "x" + std::string(200000, '\n') + "'' 1a\u0301";
  std::string together;
  for (const std::string_view word : splitter.words(text)) {
    EXPECT_FALSE(word.empty());
    together += word;
  }
  EXPECT_EQ(together, text);
}

}  // namespace
}  // namespace kairo
