#include "core/text/tokenizer.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "core/base/utf8.h"
#include "tests/core/store/temporary_folder.h"
#include "tests/core/text/made_tokenizer.h"

namespace kairo {
namespace {

using Ids = std::vector<int64_t>;

std::string bytes_of_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

void expect_ids(const Tokenizer& tokenizer, const nlohmann::json& cases) {
  EXPECT_GT(cases.size(), 10u);
  for (const nlohmann::json& each : cases) {
    EXPECT_EQ(tokenizer.encode(bytes_of_hex(each["bytes"])), each["ids"].get<Ids>()) << each;
  }
}

// merges.txt: "Ġ t" (rank 0), "h e" (1), "Ġt he" (2).
TEST(Tokenizer, MergesByRankWithinAWord) {
  const Tokenizer tokenizer = Tokenizer::from_folder(kGolden);
  EXPECT_EQ(tokenizer.encode(" the"), Ids{tokenizer.id("Ġthe")});
  EXPECT_EQ(tokenizer.encode("t he"),
            (Ids{tokenizer.id("t"), tokenizer.id("Ġ"), tokenizer.id("he")}));
  EXPECT_EQ(tokenizer.decode({tokenizer.id("Ġthe"), tokenizer.id("Ċ")}), " the\n");
  EXPECT_EQ(tokenizer.token(tokenizer.id("Ġthe")), "Ġthe");
  EXPECT_EQ(tokenizer.size(), 415);
}

TEST(Tokenizer, GivesTheLibrarysIdsFromBothKindsOfFile) {
  const Tokenizer one_file = Tokenizer::from_folder(kGolden), two_files = tokenizer_of_pair();
  EXPECT_EQ(two_files.size(), one_file.size());
  const nlohmann::json expected = golden_json("expected.json");
  EXPECT_EQ(expected.size(), 20u);
  for (const nlohmann::json& each : expected) {
    const auto text = each["text"].get<std::string>();
    const Ids ids = each["ids"];
    for (const Tokenizer* tokenizer : {&one_file, &two_files}) {
      EXPECT_EQ(tokenizer->encode(text), ids) << each;
      EXPECT_EQ(tokenizer->decode(ids), text);
    }
  }
}

TEST(Tokenizer, GivesTheLibrarysIdsForWhatIsEasilyReadOtherwise) {
  const nlohmann::json awkward = golden_json("../more/awkward_texts.json");
  expect_ids(Tokenizer::from_folder(kGolden), awkward["plain"]);
  expect_ids(tokenizer_of_pair(), awkward["plain"]);
}

TEST(Tokenizer, FindsAddedTokensAndAddsAPrefixSpaceAsTheLibraryDoes) {
  const nlohmann::json awkward = golden_json("../more/awkward_texts.json");
  nlohmann::json description = golden_json("tokenizer.json");
  description["added_tokens"] = awkward["added_tokens"];
  description["pre_tokenizer"]["add_prefix_space"] = true;
  expect_ids(tokenizer_of(description), awkward["with_added_tokens"]);
}

TEST(Tokenizer, ReadsThePairWhereThereIsNoTokenizerJson) {
  const TemporaryFolder folder;
  for (const std::string file : {"vocab.json", "merges.txt"}) {
    std::filesystem::copy_file(kGolden + "/" + file, folder.file(file));
  }
  const Tokenizer tokenizer = Tokenizer::from_folder(folder.path());
  EXPECT_EQ(tokenizer.encode("<|endoftext|> the"), (Ids{0, tokenizer.id("Ġthe")}));
}

TEST(Tokenizer, AddedTokensStandForTheirOwnText) {
  nlohmann::json description = golden_json("tokenizer.json");
  nlohmann::json token = description["added_tokens"][0];
  token["content"] = "é";  // in the vocabulary as what the alphabet writes for byte 0xE9
  const int64_t byte_id = Tokenizer::from_folder(kGolden).id("é");
  token["id"] = byte_id;
  description["added_tokens"].push_back(token);
  const Tokenizer tokenizer = tokenizer_of(description);
  EXPECT_EQ(tokenizer.encode("é"), Ids{byte_id});
  EXPECT_EQ(tokenizer.decode({byte_id}), "é");
}

char32_t random_character(std::mt19937_64& random) {
  struct Range {
    char32_t first, last;
  };
  static const std::vector<Range> kRanges = {
      {0, 0x7F},          {0x80, 0x7FF},       {0x800, 0xD7FF},    {0xE000, 0xFFFF},
      {0x10000, 0x1FFFF}, {0x20000, 0x10FFFF}, {' ', ' '},         {'\t', '\r'},
      {0x2000, 0x200F},   {0x300, 0x36F},      {0x1F466, 0x1F469}, {0x1F3FB, 0x1F3FF},
      {0xFE0E, 0xFE0F},   {'\'', '\''},        {'a', 'z'},         {'0', '9'}};
  const Range range = kRanges[random() % kRanges.size()];
  return range.first + static_cast<char32_t>(random() % (range.last - range.first + 1));
}

std::string utf8_of(char32_t c) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | c >> 6), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0 | c >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | c >> 18), tail(12), tail(6), tail(0)};
}

// Runs of one character and mixtures, some with the added token.
std::string random_text(std::mt19937_64& random) {
  std::string text;
  const std::size_t parts = random() % 12;
  for (std::size_t i = 0; i < parts; ++i) {
    const std::string part =
        random() % 20 == 0 ? "<|endoftext|>" : utf8_of(random_character(random));
    const std::size_t times = random() % 4 == 0 ? 1 + random() % 9 : 1;
    for (std::size_t k = 0; k < times; ++k) text += part;
  }
  return text;
}

TEST(Tokenizer, DecodingGivesEveryTextBack) {
  const Tokenizer tokenizer = Tokenizer::from_folder(kGolden);
  std::mt19937_64 random(11);
  for (int i = 0; i < 20000; ++i) {
    const std::string text = random_text(random);
    ASSERT_EQ(replace_invalid_utf8(text), text);
    ASSERT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
  }
}

TEST(Tokenizer, EncodesInvalidBytesAsWhatReplacesThem) {
  const Tokenizer tokenizer = Tokenizer::from_folder(kGolden);
  std::mt19937_64 random(13);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = random_text(random);
    for (int k = 0; k < 3 && !bytes.empty(); ++k) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const std::string valid = replace_invalid_utf8(bytes);
    ASSERT_EQ(tokenizer.encode(bytes), tokenizer.encode(valid));
    ASSERT_EQ(tokenizer.decode(tokenizer.encode(bytes)), valid);
  }
}

TEST(Tokenizer, DecodesPartsOfACharacterAsPythonDoes) {
  const Tokenizer tokenizer = Tokenizer::from_folder(kGolden);
  const Ids ids = tokenizer.encode("\U0001F642");
  ASSERT_EQ(ids.size(), 4u);
  EXPECT_EQ(tokenizer.decode({ids[0], ids[1], ids[2]}), "\uFFFD");
  EXPECT_EQ(tokenizer.decode({ids[1], ids[2]}), "\uFFFD\uFFFD");
  EXPECT_EQ(tokenizer.decode({}), "");
}

TEST(Tokenizer, ThreadsMayShareOne) {
  const Tokenizer tokenizer = Tokenizer::from_folder(kGolden);
  const std::string text = "don't the selector 123 \u6771\u4eac\n\n <|endoftext|> tail ";
  const Ids expected = tokenizer.encode(text);
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        count += tokenizer.encode(text) != expected || tokenizer.decode(expected) != text;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(Tokenizer, RefusesIdsAndTokensThatItHasNot) {
  const Tokenizer tokenizer = Tokenizer::from_folder(kGolden);
  for (const int64_t id : {int64_t{-1}, int64_t{415}, INT64_MAX}) {
    const std::string text = error_of(ErrorKind::kNotFound, [&] { tokenizer.decode({0, id}); });
    EXPECT_TRUE(contains(text, "0 to 414")) << text;
    EXPECT_TRUE(contains(text, std::to_string(id))) << text;
    error_of(ErrorKind::kNotFound, [&] { tokenizer.token(id); });
  }
  const std::string text = error_of(ErrorKind::kNotFound, [&] { tokenizer.id(" the"); });
  EXPECT_TRUE(contains(text, "a space is Ġ")) << text;
}

}  // namespace
}  // namespace kairo
