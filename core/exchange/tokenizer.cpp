#include "core/exchange/tokenizer.h"

#include "core/config/field_values.h"
#include "core/exchange/byte_alphabet.h"
#include "core/exchange/tokenizer_file.h"
#include "core/exchange/utf8.h"
#include "hooks/error.h"

namespace kairo {

Tokenizer Tokenizer::from_folder(const std::string& folder) {
  return Tokenizer(read_tokenizer(folder));
}

Tokenizer::Tokenizer(TokenizerParts parts)
    : tokens_(std::move(parts.tokens)),
      ids_(std::move(parts.ids)),
      pairs_(std::move(parts.pairs)),
      add_prefix_space_(parts.add_prefix_space) {
  for (const std::string& token : tokens_) bytes_.push_back(bytes_written(token).value_or(token));
  for (const AddedToken& token : parts.added) {
    bytes_[static_cast<std::size_t>(token.id)] = token.text;
    passes_[token.normalized ? 1 : 0].add(token);
  }
  for (std::size_t byte = 0; byte < byte_ids_.size(); ++byte) {
    byte_ids_[byte] = id(byte_character(static_cast<unsigned char>(byte)));
  }
}

std::vector<int64_t> Tokenizer::encode(std::string_view text) const {
  std::vector<int64_t> ids;
  encode_from(0, replace_invalid_utf8(text), ids);
  return ids;
}

void Tokenizer::encode_from(std::size_t pass, std::string_view text,
                            std::vector<int64_t>& ids) const {
  if (pass == passes_.size()) return encode_plain(text, ids);
  std::size_t begin = 0;
  while (const auto found = passes_[pass].find(text, begin)) {
    encode_from(pass + 1, text.substr(begin, found->begin - begin), ids);
    ids.push_back(found->id);
    begin = found->begin + found->length;
  }
  encode_from(pass + 1, text.substr(begin), ids);
}

void Tokenizer::encode_plain(std::string_view text, std::vector<int64_t>& ids) const {
  const bool wants_space = add_prefix_space_ && !text.empty() && text.front() != ' ';
  if (wants_space) {
    encode_words(" " + std::string(text), ids);
  } else {
    encode_words(text, ids);
  }
}

void Tokenizer::encode_words(std::string_view text, std::vector<int64_t>& ids) const {
  std::vector<int64_t> merged;
  for (const std::string_view word : splitter_.words(text)) {
    merged.clear();
    for (const char byte : word) merged.push_back(byte_ids_[static_cast<unsigned char>(byte)]);
    pairs_.merge(merged);
    ids.insert(ids.end(), merged.begin(), merged.end());
  }
}

std::string Tokenizer::decode(const std::vector<int64_t>& ids) const {
  std::string bytes;
  for (const int64_t id : ids) bytes += bytes_[index_of(id)];
  return replace_invalid_utf8(bytes);
}

int64_t Tokenizer::size() const { return static_cast<int64_t>(tokens_.size()); }

const std::string& Tokenizer::token(int64_t id) const { return tokens_[index_of(id)]; }

std::size_t Tokenizer::index_of(int64_t id) const {
  if (id < 0 || id >= size()) {
    throw Error(
        ErrorKind::kNotFound,
        {"tokenizer", "token ids from 0 to " + std::to_string(size() - 1), std::to_string(id), ""});
  }
  return static_cast<std::size_t>(id);
}

int64_t Tokenizer::id(const std::string& token) const {
  const auto found = ids_.find(token);
  if (found != ids_.end()) return found->second;
  throw Error(ErrorKind::kNotFound, {"tokenizer", "", "no token " + shown(token),
                                     "tokens are written in GPT-2's alphabet: a space is Ġ"});
}

}  // namespace kairo
