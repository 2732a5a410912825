#include "core/text/tokenizer_folder.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "core/base/error.h"
#include "core/config/field_values.h"
#include "core/config/shown_json.h"
#include "core/files/atomic_file.h"
#include "core/text/json_text.h"
#include "core/text/tokenizer_file.h"

namespace kairo {
namespace {

using nlohmann::json;

// Several times the largest vocabulary in use (256,000 tokens: 35 MB).
constexpr std::uintmax_t kMostBytes = std::uintmax_t{128} << 20;
constexpr char kEndOfText[] = "<|endoftext|>";

// In transformers' order, in which new ones get their ids.
const std::vector<std::string> kNamedTokens = {"bos_token", "eos_token", "unk_token", "sep_token",
                                               "pad_token", "cls_token", "mask_token"};

enum class TokenizerClass { kAsWritten, kGpt2, kNeox };

[[noreturn]] void refuse_setting(const std::string& where, const std::string& expected,
                                 const json& came) {
  throw Error(ErrorKind::kCorrupt).at(where).expected(expected).came(shown_json(came));
}

std::string read_limited(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > kMostBytes) {
    throw Error(ErrorKind::kCorrupt)
        .at(path)
        .expected("at most " + std::to_string(kMostBytes) + " bytes")
        .came(std::to_string(size));
  }
  return read_file(path);
}

class TokenizerFolder {
 public:
  explicit TokenizerFolder(const std::string& folder)
      : folder_(folder),
        config_(object_in("tokenizer_config.json")),
        class_(class_of_tokenizer()),
        has_file_(stands("tokenizer.json")) {
    if (!config_.contains("added_tokens_decoder"))
      special_map_ = object_in("special_tokens_map.json");
  }

  TokenizerParts read() const {
    if (flag("split_special_tokens")) {
      refuse_setting(path("tokenizer_config.json") + ": split_special_tokens", "false", true);
    }
    TokenizerParts parts = vocabulary();
    add_listed(parts);
    add_special(parts);
    if (class_ == TokenizerClass::kAsWritten) return parts;
    parts.nfc = class_ == TokenizerClass::kNeox;
    parts.add_prefix_space = flag("add_prefix_space");
    set_ends(parts);
    return parts;
  }

 private:
  std::string path(const char* file) const { return folder_ + "/" + file; }
  bool stands(const char* file) const {
    std::error_code ignored;
    return std::filesystem::exists(path(file), ignored);
  }

  // Empty if there is no such file.
  json object_in(const char* file) const {
    if (!stands(file)) return json::object();
    json object = parse_json(read_limited(path(file)), path(file));
    if (!object.is_object()) refuse_setting(path(file), "a JSON object", object);
    return object;
  }

  bool flag(const char* word) const {
    const json value = config_.value(word, json(false));
    if (value.is_null()) return false;
    if (!value.is_boolean()) {
      refuse_setting(path("tokenizer_config.json") + ": " + word, "true or false", value);
    }
    return value.get<bool>();
  }

  TokenizerClass class_of_tokenizer() const {
    std::string where = path("tokenizer_config.json");
    json name = config_.value("tokenizer_class", json());
    if (name.is_null()) {
      const json model = object_in("config.json");
      where = path("config.json");
      name = model.value("tokenizer_class", json());
      const json type = model.value("model_type", json());
      if (name.is_null() && type == "gpt2") return TokenizerClass::kGpt2;
      if (name.is_null() && type == "gpt_neox") return TokenizerClass::kNeox;
    }
    static const std::map<std::string, TokenizerClass> kClasses = {
        {"GPT2Tokenizer", TokenizerClass::kGpt2},
        {"GPT2TokenizerFast", TokenizerClass::kGpt2},
        {"GPTNeoXTokenizer", TokenizerClass::kNeox},
        {"GPTNeoXTokenizerFast", TokenizerClass::kNeox},
        {"PreTrainedTokenizer", TokenizerClass::kAsWritten},
        {"PreTrainedTokenizerFast", TokenizerClass::kAsWritten},
        {"TokenizersBackend", TokenizerClass::kAsWritten}};
    const bool has_vocabulary = stands("tokenizer.json");
    if (name.is_null()) return has_vocabulary ? TokenizerClass::kAsWritten : TokenizerClass::kGpt2;
    const auto found = kClasses.find(name.is_string() ? name.get<std::string>() : "");
    if (found == kClasses.end()) {
      refuse_setting(where + ": tokenizer_class", "GPT2Tokenizer or GPTNeoXTokenizer", name);
    }
    return found->second;
  }

  TokenizerParts vocabulary() const {
    if (has_file_) {
      const std::string whole = path("tokenizer.json");
      return parse_tokenizer_json(read_limited(whole), whole);
    }
    const std::string vocab = path("vocab.json"), merges = path("merges.txt");
    if (!stands("vocab.json") && !stands("merges.txt")) {
      throw Error(ErrorKind::kNotFound)
          .at(folder_)
          .fact("there is no tokenizer: neither tokenizer.json nor vocab.json with merges.txt");
    }
    if (class_ == TokenizerClass::kAsWritten) {
      throw Error(ErrorKind::kNotFound)
          .at(path("tokenizer.json"))
          .fact("there is no such file, and the class of the tokenizer needs it");
    }
    return parse_vocab_and_merges(read_limited(vocab), vocab, read_limited(merges), merges);
  }

  // A token that tokenizer_config.json or special_tokens_map.json spells: a text, or an object.
  AddedToken token_of(const json& value, bool special, const std::string& where) const {
    AddedToken token;
    const json content = value.is_object() ? value.value("content", json()) : value;
    if (!content.is_string() || content.get_ref<const std::string&>().empty()) {
      refuse_setting(where, "a token", value);
    }
    token.text = content.get<std::string>();
    token.normalized = !special;
    if (!value.is_object()) return token;
    const auto read = [&](const char* word, bool otherwise) {
      const json property = value.value(word, json(otherwise));
      if (!property.is_boolean()) refuse_setting(where + ": " + word, "true or false", property);
      return property.get<bool>();
    };
    token.normalized = read("normalized", !(special || read("special", false)));
    token.lstrip = read("lstrip", false);
    token.rstrip = read("rstrip", false);
    token.single_word = read("single_word", false);
    return token;
  }

  // A word of special_tokens_map.json, or else of tokenizer_config.json; null if neither has it.
  json special(const std::string& word) const {
    if (special_map_.contains(word)) return special_map_[word];
    if (config_.contains(word)) return config_[word];
    const bool end_of_text = word == "bos_token" || word == "eos_token" || word == "unk_token";
    if (class_ != TokenizerClass::kAsWritten && end_of_text) return kEndOfText;
    if (class_ == TokenizerClass::kNeox && word == "pad_token") return "<|padding|>";
    return nullptr;
  }

  // Special tokens, named or in a list, in the order in which transformers adds them.
  std::vector<AddedToken> special_tokens() const {
    std::vector<AddedToken> tokens;
    const auto add = [&](const std::string& word, const json& value) {
      if (!value.is_null())
        tokens.push_back(token_of(value, /*special=*/true, folder_ + ": " + word));
    };
    for (const std::string& word : kNamedTokens) add(word, special(word));
    for (const auto& [word, value] : config_.items()) {
      const bool named = word.size() > 6 && word.compare(word.size() - 6, 6, "_token") == 0;
      if (named && value.is_string() && !is_known(word)) add(word, value);
    }
    for (const char* list : {"extra_special_tokens", "additional_special_tokens"}) {
      const json value = special(list);
      if (value.is_null()) continue;
      if (!value.is_structured()) refuse_setting(folder_ + ": " + list, "a list of tokens", value);
      for (const auto& each : value) add(list, each);
    }
    return tokens;
  }

  static bool is_known(const std::string& word) {
    return std::find(kNamedTokens.begin(), kNamedTokens.end(), word) != kNamedTokens.end();
  }

  // added_tokens_decoder, or else added_tokens.json, by id; a new token's id is the next one all
  // the same, as there. An object of tokenizer.json has the last word on its own properties.
  void add_listed(TokenizerParts& parts) const {
    std::map<int64_t, AddedToken> listed;
    const std::string where = path("tokenizer_config.json") + ": added_tokens_decoder";
    const json decoder = config_.value("added_tokens_decoder", json::object());
    if (!decoder.is_object()) refuse_setting(where, "an object", decoder);
    for (const auto& [id, token] : decoder.items()) {
      listed[number_of(json(id), where)] = token_of(token, /*special=*/false, where);
    }
    if (config_.contains("added_tokens_decoder")) {
      require_all(parts.added, listed, where);
      for (const auto& [id, token] : listed) add_token(token, parts);
      return;
    }
    std::set<std::string> known, special;
    for (const AddedToken& token : parts.added) known.insert(token.text);
    for (const AddedToken& token : special_tokens()) special.insert(token.text);
    const json added = object_in("added_tokens.json");
    for (const auto& [text, id] : added.items()) {
      if (known.count(text) > 0) continue;
      listed[number_of(id, path("added_tokens.json"))] =
          token_of(json(text), special.count(text) > 0, path("added_tokens.json"));
    }
    for (const auto& [id, token] : listed) add_token(token, parts);
  }

  // GPT2Tokenizer and GPTNeoXTokenizer would leave out an added token of tokenizer.json that the
  // list lacks, and give those after it other ids.
  void require_all(const std::vector<AddedToken>& of_file,
                   const std::map<int64_t, AddedToken>& listed, const std::string& where) const {
    if (class_ == TokenizerClass::kAsWritten) return;
    std::set<std::string> known;
    for (const auto& [id, token] : listed) known.insert(token.text);
    for (const AddedToken& token : special_tokens()) known.insert(token.text);
    for (const AddedToken& token : of_file) {
      if (known.count(token.text) > 0) continue;
      throw Error(ErrorKind::kCorrupt)
          .at(where)
          .fact("it lacks " + shown(token.text) + ", an added token of tokenizer.json")
          .hint("save the tokenizer again with save_pretrained(folder)");
    }
  }

  static int64_t number_of(const json& id, const std::string& where) {
    if (id.is_number_unsigned() && id.get<uint64_t>() < kMostBytes) return id.get<int64_t>();
    const std::string text = id.is_string() ? id.get<std::string>() : "";
    const bool digits = !text.empty() && text.size() < 9 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) refuse_setting(where, "ids of tokens", id);
    return std::stoll(text);
  }

  void add_special(TokenizerParts& parts) const {
    std::set<std::string> known;
    for (const AddedToken& token : parts.added) known.insert(token.text);
    for (const AddedToken& token : special_tokens()) {
      if (known.insert(token.text).second) add_token(token, parts);
    }
  }

  // tokenizer.json's own post-processor counts instead of add_bos_token and add_eos_token; only
  // GPTNeoXTokenizer drops it.
  void set_ends(TokenizerParts& parts) const {
    if (has_file_ && class_ == TokenizerClass::kGpt2) return;
    parts.before.clear();
    parts.after.clear();
    if (has_file_) return;
    const auto id = [&](const char* word) {
      return parts.ids.at(token_of(special(word), /*special=*/true, folder_ + ": " + word).text);
    };
    if (flag("add_bos_token") && !special("bos_token").is_null()) parts.before = {id("bos_token")};
    if (flag("add_eos_token") && !special("eos_token").is_null()) parts.after = {id("eos_token")};
  }

  std::string folder_;
  json config_;
  TokenizerClass class_;
  bool has_file_;
  json special_map_ = json::object();
};

}  // namespace

TokenizerParts read_tokenizer(const std::string& folder) { return TokenizerFolder(folder).read(); }

}  // namespace kairo
