// Files that are damaged, and tokenizers of other kinds.
#include "core/text/tokenizer_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "core/text/tokenizer_folder.h"
#include "tests/core/store/temporary_folder.h"
#include "tests/core/text/made_tokenizer.h"

namespace kairo {
namespace {

using nlohmann::json;

// The message for tokenizer.json with `value` at `pointer` ("/model/type").
std::string refused_with(const std::string& pointer, const json& value) {
  json description = golden_json("tokenizer.json");
  description[json::json_pointer(pointer)] = value;
  return error_of(ErrorKind::kCorrupt, [&] { tokenizer_of(description); });
}

std::string refused_pair(const std::string& vocab, const std::string& merges) {
  return error_of(ErrorKind::kCorrupt,
                  [&] { parse_vocab_and_merges(vocab, "vocab.json", merges, "merges.txt"); });
}

TEST(TokenizerFile, NamesTheFieldThatAsksForAnotherKind) {
  const std::vector<std::pair<std::string, json>> others = {
      {"/version", "2.0"},
      {"/normalizer/type", "NFKC"},
      {"/normalizer", {{"type", "Sequence"}, {"normalizers", {{{"type", "Lowercase"}}}}}},
      {"/model", nullptr},
      {"/model/type", "WordPiece"},
      {"/model/dropout", 0.1},
      {"/model/continuing_subword_prefix", "##"},
      {"/model/end_of_word_suffix", "</w>"},
      {"/model/ignore_merges", true},
      {"/model/vocab", json::array()},
      {"/model/merges", json::object()},
      {"/model/another", 1},
      {"/pre_tokenizer", nullptr},
      {"/pre_tokenizer/type", "Sequence"},
      {"/pre_tokenizer/use_regex", false},
      {"/pre_tokenizer/add_prefix_space", nullptr},
      {"/decoder", nullptr},
      {"/decoder/type", "Metaspace"},
      {"/post_processor", {{"type", "BertProcessing"}}},
      {"/post_processor", {{"type", "TemplateProcessing"}}},
      {"/added_tokens/0/lstrip", 1},
      {"/another", 1},
      {"/added_tokens", 7},
      {"/added_tokens/0", 7},
      {"/added_tokens/0/content", ""},
      {"/added_tokens/0/normalized", nullptr},
      {"/added_tokens/0/id", 1},
      {"/added_tokens/0/id", 1e30},
  };
  for (const auto& [pointer, value] : others) {
    const std::string text = refused_with(pointer, value);
    const std::string field = pointer.substr(pointer.rfind('/') + 1);
    const bool is_index = field == "0";
    EXPECT_TRUE(contains(text, is_index ? "added_tokens[0]" : field)) << pointer << ": " << text;
    EXPECT_TRUE(contains(text, "tokenizer.json: ")) << text;
  }
}

TEST(TokenizerFile, TakesWhatMakesNoDifference) {
  json description = golden_json("tokenizer.json");
  const auto ids = tokenizer_of(description).encode("<|endoftext|>don't  the 12");
  for (const char* absent : {"version"}) {
    description.erase(absent);
  }
  description["model"].erase("type");
  description["model"]["continuing_subword_prefix"] = "";
  description["model"]["fuse_unk"] = true;
  description["model"]["unk_token"] = "<|endoftext|>";
  description["model"]["byte_fallback"] = true;
  description["model"]["dropout"] = 0.0;
  description["padding"] = {{"pad_id", 0}};
  description["truncation"] = {{"max_length", 2}};
  description["normalizer"] = {{"type", "Sequence"}, {"normalizers", json::array()}};
  description["pre_tokenizer"].erase("use_regex");
  description["post_processor"] = description["decoder"];
  for (json& merge : description["model"]["merges"]) {
    merge = merge[0].get<std::string>() + " " + merge[1].get<std::string>();
  }
  EXPECT_EQ(tokenizer_of(description).encode("<|endoftext|>don't  the 12"), ids);
}

// What transformers 5 saves was refused.
TEST(TokenizerFile, ATemplatePutsTokensAtTheEndsOfEveryText) {
  json description = golden_json("tokenizer.json");
  const json end = {{"SpecialToken", {{"id", "<|endoftext|>"}, {"type_id", 0}}}};
  const json text = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
  json processor = {{"type", "TemplateProcessing"},
                    {"single", {text}},
                    {"pair", json::array()},
                    {"special_tokens", json::object()}};
  description["post_processor"] = processor;
  const auto ids = tokenizer_of(description).encode("the");
  EXPECT_EQ(ids, tokenizer_of(golden_json("tokenizer.json")).encode("the"));
  processor["single"] = {end, text, end};
  processor["special_tokens"]["<|endoftext|>"] = {{"id", "<|endoftext|>"}, {"ids", {0}}};
  description["post_processor"] = {{"type", "Sequence"},
                                   {"processors", {description["decoder"], processor}}};
  auto around = ids;
  around.insert(around.begin(), 0);
  around.push_back(0);
  EXPECT_EQ(tokenizer_of(description).encode("the"), around);
  processor["special_tokens"]["<|endoftext|>"]["ids"] = {415};
  EXPECT_TRUE(contains(refused_with("/post_processor", processor), "ids of tokens"));
  processor["single"] = {text, text};
  EXPECT_TRUE(contains(refused_with("/post_processor", processor), "single"));
}

TEST(TokenizerFile, AddedTokensTakeInWhiteSpaceOrStandAlone) {
  json description = golden_json("tokenizer.json");
  const Tokenizer plain = tokenizer_of(description);
  description["added_tokens"][0]["lstrip"] = true;
  description["added_tokens"][0]["rstrip"] = true;
  const Tokenizer strips = tokenizer_of(description);
  EXPECT_EQ(strips.encode("the \u00A0<|endoftext|>\u2003\n the"),
            plain.encode("the<|endoftext|>the"));
  description["added_tokens"][0] = {
      {"id", 0},         {"content", "<|endoftext|>"}, {"lstrip", false},
      {"rstrip", false}, {"normalized", false},        {"single_word", true}};
  const Tokenizer alone = tokenizer_of(description);
  EXPECT_EQ(alone.encode("<|endoftext|>.<|endoftext|>"),
            plain.encode("<|endoftext|>.<|endoftext|>"));
  const auto in_word = alone.encode("\u00E9<|endoftext|>");
  EXPECT_EQ(std::count(in_word.begin(), in_word.end(), 0), 0);
}

TEST(TokenizerFile, AddedTokensTakeTheirIdInTheVocabularyOrTheNext) {
  json description = golden_json("tokenizer.json");
  json token = description["added_tokens"][0];
  token["content"] = "<pad>";
  token["id"] = 415;
  description["added_tokens"].push_back(token);
  EXPECT_EQ(tokenizer_of(description).id("<pad>"), 415);

  description["added_tokens"].push_back(token);
  std::string text = error_of(ErrorKind::kCorrupt, [&] { tokenizer_of(description); });
  EXPECT_TRUE(contains(text, "added_tokens[2]: an added token is given twice")) << text;

  description["added_tokens"][2] = {
      {"id", 417}, {"content", "x y"}, {"lstrip", false}, {"rstrip", false}, {"normalized", false}};
  text = error_of(ErrorKind::kCorrupt, [&] { tokenizer_of(description); });
  EXPECT_TRUE(contains(text, "added_tokens[2]: id: expected 416, got 417")) << text;
}

TEST(TokenizerFile, RefusesIdsThatAreNotEachNumberOnce) {
  json vocabulary = golden_json("vocab.json");
  vocabulary["!"] = 2;  // as "\""
  EXPECT_TRUE(contains(refused_pair(vocabulary.dump(), ""), "have the same id, 2"));
  for (const json& id : {json(415), json(-1), json(1.5), json("1"), json(nullptr), json(UINT64_MAX),
                         json::array({json::array()})}) {
    vocabulary["!"] = id;
    const std::string text = refused_pair(vocabulary.dump(), "");
    EXPECT_TRUE(contains(text, "0 to 414") && contains(text, "of token !")) << text;
  }
}

TEST(TokenizerFile, NamesTheByteThatHasNoToken) {
  json vocabulary = golden_json("vocab.json");
  vocabulary["no byte"] = vocabulary["A"];
  vocabulary.erase("A");
  const std::string text = refused_pair(vocabulary.dump(), "");
  EXPECT_TRUE(contains(text, "byte 65 (A)")) << text;
  EXPECT_TRUE(contains(refused_pair("{}", ""), "byte 0 (Ā)"));
}

TEST(TokenizerFile, NamesTheLineOfABadMerge) {
  const std::string vocab = read_file(kGolden + "/vocab.json");
  const std::string good = "#version: 0.2\n\u0120 t\n";
  EXPECT_TRUE(contains(refused_pair(vocab, good + "h qq\n"), "merges.txt:3: "));
  EXPECT_TRUE(contains(refused_pair(vocab, good + "h qq\n"), "needs the token qq"));
  EXPECT_TRUE(contains(refused_pair(vocab, good + "q z\n"), "needs the token qz"));
  EXPECT_TRUE(contains(refused_pair(vocab, good + "\u0120 t\n"), "is given twice"));
  for (const std::string line : {"he", "", "h e r", "h  e"}) {
    const std::string text = refused_pair(vocab, good + line + "\n");
    EXPECT_TRUE(contains(text, "merges.txt:3: expected two tokens")) << text;
  }
  EXPECT_TRUE(contains(refused_with("/model/merges/5", 3), "merges[5]"));
  EXPECT_TRUE(contains(refused_with("/model/merges/5", json::array({"h", "e", "r"})), "merges[5]"));
}

TEST(TokenizerFile, ReadsMergesWithoutVersionAndWithWindowsLineEnds) {
  const std::string vocab = read_file(kGolden + "/vocab.json");
  const Tokenizer tokenizer(parse_vocab_and_merges(vocab, "v", "h e\r\n\u0120 t\r\n", "m"));
  EXPECT_EQ(tokenizer.encode("he t").size(), 2u);
}

TEST(TokenizerFile, RefusesWhatIsNoJson) {
  EXPECT_TRUE(contains(refused_pair("{\"a\": 0", ""), "vocab.json: this is not JSON"));
  EXPECT_TRUE(contains(refused_pair("[]", ""), "vocab.json: expected an object"));
  for (const std::string text : {"", "{", "nonsense", "\xFF"}) {
    error_of(ErrorKind::kCorrupt, [&] { parse_tokenizer_json(text, "tokenizer.json"); });
  }
  // Deep enough to end a parser that calls itself.
  const std::string deep = std::string(1000000, '[') + std::string(1000000, ']');
  error_of(ErrorKind::kCorrupt, [&] { parse_tokenizer_json(deep, "tokenizer.json"); });
  error_of(ErrorKind::kCorrupt,
           [&] { parse_tokenizer_json("{\"model\":" + deep + "}", "tokenizer.json"); });
}

TEST(TokenizerFile, NamesTheFileThatIsMissing) {
  const TemporaryFolder folder;
  std::string text = error_of(ErrorKind::kNotFound, [&] { read_tokenizer(folder.path()); });
  EXPECT_TRUE(contains(text, folder.path()) && contains(text, "vocab.json")) << text;
  error_of(ErrorKind::kNotFound, [&] { read_tokenizer(folder.file("none")); });

  std::filesystem::copy_file(kGolden + "/vocab.json", folder.file("vocab.json"));
  text = error_of(ErrorKind::kNotFound, [&] { read_tokenizer(folder.path()); });
  EXPECT_TRUE(contains(text, "merges.txt")) << text;
}

// Every file beside the vocabulary was left out.
TEST(TokenizerFolder, SettingsThatCannotBeDoneAreRefusedByName) {
  const TemporaryFolder folder;
  std::filesystem::copy_file(kGolden + "/tokenizer.json", folder.file("tokenizer.json"));
  const auto refused = [&](const std::string& settings) {
    std::ofstream(folder.file("tokenizer_config.json")) << settings;
    return error_of(ErrorKind::kCorrupt, [&] { read_tokenizer(folder.path()); });
  };
  EXPECT_TRUE(contains(refused(R"({"tokenizer_class": "LlamaTokenizer"})"), "LlamaTokenizer"));
  EXPECT_TRUE(contains(refused(R"({"split_special_tokens": true})"), "split_special_tokens"));
  EXPECT_TRUE(contains(refused(R"({"pad_token": 7})"), "pad_token"));
  EXPECT_TRUE(contains(refused("version https://git-lfs.github.com/spec/v1\n"), "git lfs pull"));
  EXPECT_TRUE(contains(refused("[]"), "tokenizer_config.json"));
  EXPECT_TRUE(contains(refused(R"({"tokenizer_class": "GPT2Tokenizer", "bos_token": null,
                                   "eos_token": null, "unk_token": null,
                                   "added_tokens_decoder": {}})"),
                       "lacks <|endoftext|>"));
}

// "e" with a combining accent is one letter for Pythia's tokenizer.
TEST(TokenizerFolder, NeoxTokenizersComposeTheText) {
  const TemporaryFolder folder;
  std::filesystem::copy_file(kGolden + "/tokenizer.json", folder.file("tokenizer.json"));
  std::ofstream(folder.file("tokenizer_config.json"))
      << R"({"tokenizer_class": "GPTNeoXTokenizer", "pad_token": null})";
  const Tokenizer neox = Tokenizer::from_folder(folder.path());
  const Tokenizer plain = Tokenizer::from_folder(kGolden);
  EXPECT_EQ(neox.encode("e\u0301t A\u030A"), plain.encode("\u00E9t \u00C5"));
  EXPECT_NE(plain.encode("e\u0301"), plain.encode("\u00E9"));
}

TEST(TokenizerFile, RefusesAFileTooLargeBeforeReadingIt) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("tokenizer.json")) << "{}";
  std::filesystem::resize_file(folder.file("tokenizer.json"), std::uintmax_t{1} << 30);  // sparse
  const std::string text = error_of(ErrorKind::kCorrupt, [&] { read_tokenizer(folder.path()); });
  EXPECT_TRUE(contains(text, "1073741824")) << text;
}

}  // namespace
}  // namespace kairo
