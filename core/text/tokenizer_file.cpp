#include "core/text/tokenizer_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text/json_text.h"

namespace kairo {
namespace {

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
  TokenizerParts parts;
  read_vocabulary(parse_json(vocab, vocab_where), vocab_where, parts);
  read_merges(merges, merges_where, parts);
  return parts;
}

}  // namespace kairo
