// GPT-2's byte-level byte-pair tokenizer, with the ids that Hugging Face's tokenizers library
// gives.
//
// Text is cut at the added tokens (`<|endoftext|>`), which stay whole; what lies between is split
// into words by GPT-2's pattern (word_splitter.h), a word's bytes are written in GPT-2's alphabet
// (byte_alphabet.h) and merged (byte_pairs.h). decode(encode(text)) is `text` for every valid UTF-8
// unless the tokenizer is one that adds or drops something: a prefix space, white space at an added
// token, tokens at the ends, or (NFC) characters written in parts.
// The library's decode reads an added token's characters as bytes where it can ("é" becomes
// U+FFFD); here an added token stands for its own text.
//
// Any thread may call the const members.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/byte_pairs.h"
#include "core/text/special_tokens.h"
#include "core/text/tokenizer_parts.h"
#include "core/text/word_splitter.h"

namespace kairo {

class Tokenizer {
 public:
  // Reads tokenizer.json, or else vocab.json and merges.txt, and the settings beside them
  // (tokenizer_folder.h says which are understood and what it throws).
  static Tokenizer from_folder(const std::string& folder);

  explicit Tokenizer(TokenizerParts parts);

  // Bytes that are not UTF-8 are replaced as Python's errors="replace" does (utf8.h), then encoded.
  // With the tokens that the tokenizer puts at the ends of every text, as transformers' input_ids.
  // Time is n log n in the longest word, linear in all else.
  std::vector<int64_t> encode(std::string_view text) const;

  // The tokens' bytes as UTF-8, again with U+FFFD where they are none (a token may end within a
  // character). kNotFound for an id outside 0 .. size()-1.
  std::string decode(const std::vector<int64_t>& ids) const;

  int64_t size() const;  // number of tokens, the added ones among them

  // As the vocabulary writes it ("Ġthe" for " the"). kNotFound as decode.
  const std::string& token(int64_t id) const;
  // The inverse; kNotFound.
  int64_t id(const std::string& token) const;

 private:
  std::size_t index_of(int64_t id) const;
  void encode_from(std::size_t pass, std::string_view text, std::vector<int64_t>& ids) const;
  // What a pass leaves between its tokens.
  void encode_rest(std::size_t pass, std::string_view text, std::vector<int64_t>& ids) const;
  void encode_plain(std::string_view text, std::vector<int64_t>& ids) const;
  void encode_words(std::string_view text, std::vector<int64_t>& ids) const;

  std::vector<std::string> tokens_;  // by id, as written
  std::vector<std::string> bytes_;   // by id, what the token stands for
  std::unordered_map<std::string, int64_t> ids_;
  std::array<int64_t, 256> byte_ids_;
  BytePairs pairs_;
  // The library looks for the tokens that it calls normalized in what the others leave.
  std::array<SpecialTokens, 2> passes_;
  WordSplitter splitter_;
  std::vector<int64_t> before_;
  std::vector<int64_t> after_;
  bool add_prefix_space_;
  bool nfc_;
};

}  // namespace kairo
