#include "core/text/tokenizer.h"

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/config/field_values.h"
#include "core/text/byte_alphabet.h"
#include "core/text/tokenizer_folder.h"
#include "core/text/unicode_text.h"

namespace kairo {

Tokenizer Tokenizer::from_folder(const std::string& folder) {
  return Tokenizer(read_tokenizer(folder));
}

Tokenizer::Tokenizer(TokenizerParts parts)
    : tokens_(std::move(parts.tokens)),
      ids_(std::move(parts.ids)),
      pairs_(std::move(parts.pairs)),
      before_(std::move(parts.before)),
      after_(std::move(parts.after)),
      add_prefix_space_(parts.add_prefix_space),
      nfc_(parts.nfc) {
  for (const std::string& token : tokens_) bytes_.push_back(bytes_written(token).value_or(token));
  for (AddedToken token : parts.added) {
    bytes_[static_cast<std::size_t>(token.id)] = token.text;
    if (nfc_ && token.normalized) token.text = to_nfc(token.text);
    passes_[token.normalized ? 1 : 0].add(token);
  }
  for (std::size_t byte = 0; byte < byte_ids_.size(); ++byte) {
    byte_ids_[byte] = id(byte_character(static_cast<unsigned char>(byte)));
  }
}

std::vector<int64_t> Tokenizer::encode(std::string_view text) const {
  std::vector<int64_t> ids = before_;
  encode_from(0, replace_invalid_utf8(text), ids);
  ids.insert(ids.end(), after_.begin(), after_.end());
  return ids;
}

void Tokenizer::encode_from(std::size_t pass, std::string_view text,
                            std::vector<int64_t>& ids) const {
  if (pass == passes_.size()) return encode_plain(text, ids);
  std::size_t begin = 0;
  while (const auto found = passes_[pass].find(text, begin)) {
    encode_rest(pass, text.substr(begin, found->begin - begin), ids);
    ids.push_back(found->id);
    begin = found->end;
  }
  encode_rest(pass, text.substr(begin), ids);
}

void Tokenizer::encode_rest(std::size_t pass, std::string_view text,
                            std::vector<int64_t>& ids) const {
  if (pass == 0 && nfc_) {
    encode_from(pass + 1, to_nfc(text), ids);
  } else {
    encode_from(pass + 1, text, ids);
  }
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
    throw Error(ErrorKind::kNotFound)
        .at("tokenizer")
        .expected("token ids from 0 to " + std::to_string(size() - 1))
        .came(std::to_string(id));
  }
  return static_cast<std::size_t>(id);
}

int64_t Tokenizer::id(const std::string& token) const {
  const auto found = ids_.find(token);
  if (found != ids_.end()) return found->second;
  throw Error(ErrorKind::kNotFound)
      .at("tokenizer")
      .fact("no token " + shown(token))
      .hint("tokens are written in GPT-2's alphabet: a space is Ġ");
}

}  // namespace kairo
