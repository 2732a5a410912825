// What a byte-level byte-pair tokenizer is made of, whatever file it came from, and the rules that
// hold for every such file. Each reader throws kCorrupt naming `where`.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/byte_pairs.h"

namespace kairo {

// A token that is looked for in the text itself and never taken apart.
struct AddedToken {
  std::string text;
  int64_t id = -1;
  // Looked for after those without it, in the normalized text.
  bool normalized = false;
  // The token takes in the white space before it, or after it.
  bool lstrip = false;
  bool rstrip = false;
  // Not a token inside a word.
  bool single_word = false;
};

struct TokenizerParts {
  std::vector<std::string> tokens;  // by id, as the file writes them; ids have no holes
  std::unordered_map<std::string, int64_t> ids;
  BytePairs pairs;
  std::vector<AddedToken> added;
  bool add_prefix_space = false;
  bool nfc = false;             // the text is composed first (Normalization Form C)
  std::vector<int64_t> before;  // ids that stand before those of every text, and after them
  std::vector<int64_t> after;
};

// Adds the token, or gives one that was added before its new properties. Its id is the one it has
// in the vocabulary, or the next new one, whatever `token` says: as tokenizers' add_tokens.
int64_t add_token(AddedToken token, TokenizerParts& parts);

// vocabulary: an object, token -> id. Ids must be 0 .. n-1, each once, and all 256 bytes must be
// tokens: else some text had no encoding.
void read_vocabulary(const nlohmann::json& vocabulary, const std::string& where,
                     TokenizerParts& parts);

// One merge "left right". Both tokens and what they make must be in the vocabulary, and a pair may
// come once.
void add_merge(const std::string& left, const std::string& right, const std::string& where,
               TokenizerParts& parts);
void add_merge(std::string_view line, const std::string& where, TokenizerParts& parts);

}  // namespace kairo
