#include "studies/late_disambiguation/data/vocabulary.h"

#include "tests/core/data/task_requests.h"

namespace kairo::late_disambiguation {
namespace {

using Names = std::vector<std::string>;

TEST(Vocabulary, SpecialTokensComeFirstThenTheCharactersInOrder) {
  EXPECT_EQ(make_vocabulary("ba"), (Names{"PAD", "BOS", "EOS", "SEP", "b", "a"}));
  EXPECT_EQ(make_vocabulary("x")[kPad], "PAD");
  EXPECT_EQ(make_vocabulary("x")[kBos], "BOS");
  EXPECT_EQ(make_vocabulary("x")[kEos], "EOS");
  EXPECT_EQ(make_vocabulary("x")[kSep], "SEP");
  EXPECT_EQ(make_vocabulary("x")[kFirstCharacter], "x");
}

TEST(Vocabulary, DefaultHasFortyTokens) {
  const Names names = make_vocabulary(DisambiguationOptions().vocab_chars);
  EXPECT_EQ(names.size(), 40u);
  EXPECT_EQ(names[4 + 25], "z");
  EXPECT_EQ(names[4 + 26], "0");
  EXPECT_EQ(names[39], "9");
}

TEST(Vocabulary, RefusesARepeatedCharacterNamingItAndItsPlaces) {
  const std::string text = error_text(ErrorKind::kConfig, [] { make_vocabulary("abcb"); });
  EXPECT_TRUE(contains(text, "data.vocab_chars")) << text;
  EXPECT_TRUE(contains(text, "'b' is given twice, at positions 2 and 4")) << text;
}

TEST(Vocabulary, RefusesWhatIsNotAVisibleCharacter) {
  for (const char* characters : {"", "a b", "a\tb", "a\x7f", "\xc3\xa9"}) {
    const std::string text =
        error_text(ErrorKind::kConfig, [characters] { make_vocabulary(characters); });
    EXPECT_TRUE(contains(text, "data.vocab_chars")) << text;
  }
}

}  // namespace
}  // namespace kairo::late_disambiguation
