#include "core/exchange/tokenizer_file.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/store/atomic_file.h"
#include "hooks/error.h"

namespace kairo {
namespace {

// Several times the largest vocabulary in use (256,000 tokens: 35 MB).
constexpr std::uintmax_t kMostBytes = std::uintmax_t{128} << 20;
constexpr char kEndOfText[] = "<|endoftext|>";

bool stands(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

std::string read_limited(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > kMostBytes) {
    throw Error(ErrorKind::kCorrupt, {path, "at most " + std::to_string(kMostBytes) + " bytes",
                                      std::to_string(size), ""});
  }
  return read_file(path);
}

void read_merges(const std::string& text, const std::string& where, TokenizerParts& parts) {
  int64_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line(text.data() + begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    begin = end + 1;
    ++number;
    const bool is_version = number == 1 && line.rfind("#version", 0) == 0;
    if (!is_version) add_merge(line, where + ":" + std::to_string(number), parts);
  }
}

}  // namespace

TokenizerParts parse_vocab_and_merges(const std::string& vocab, const std::string& vocab_where,
                                      const std::string& merges, const std::string& merges_where) {
  const nlohmann::json words = nlohmann::json::parse(vocab, nullptr, /*allow_exceptions=*/false);
  if (words.is_discarded()) {
    throw Error(ErrorKind::kCorrupt, {vocab_where, "JSON", "text that is none", ""});
  }
  TokenizerParts parts;
  read_vocabulary(words, vocab_where, parts);
  read_merges(merges, merges_where, parts);
  const auto end_of_text = parts.ids.find(kEndOfText);
  if (end_of_text != parts.ids.end()) {
    parts.added.push_back({kEndOfText, end_of_text->second, /*normalized=*/false});
  }
  return parts;
}

TokenizerParts read_tokenizer(const std::string& folder) {
  const std::string whole = folder + "/tokenizer.json";
  const std::string vocab = folder + "/vocab.json", merges = folder + "/merges.txt";
  if (stands(whole)) return parse_tokenizer_json(read_limited(whole), whole);
  if (!stands(vocab) && !stands(merges)) {
    throw Error(ErrorKind::kNotFound, {folder, "tokenizer.json, or vocab.json with merges.txt",
                                       "a folder with none of them, or none", ""});
  }
  return parse_vocab_and_merges(read_limited(vocab), vocab, read_limited(merges), merges);
}

}  // namespace kairo
