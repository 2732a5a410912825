#include "core/text/tokenizer_parts.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/config/field_values.h"
#include "core/config/shown_json.h"
#include "core/text/byte_alphabet.h"

namespace kairo {
namespace {

[[noreturn]] void refuse_part(const std::string& where, const std::string& expected,
                              const std::string& came, const std::string& hint = "") {
  throw Error(ErrorKind::kCorrupt).at(where).expected(expected).came(came).hint(hint);
}

int64_t id_in(const nlohmann::json& value, std::size_t n_tokens, const std::string& token,
              const std::string& where) {
  // A JSON integer of at least 0 is unsigned.
  if (value.is_number_unsigned() && value.get<uint64_t>() < n_tokens) return value.get<int64_t>();
  refuse_part(where, "ids without holes, 0 to " + std::to_string(n_tokens - 1),
              "id " + shown_json(value) + " of token " + shown(token));
}

int64_t id_of_part(const std::string& token, const std::string& merge, const std::string& where,
                   const TokenizerParts& parts) {
  const auto found = parts.ids.find(token);
  if (found != parts.ids.end()) return found->second;
  refuse_part(
      where, "",
      "merge " + shown(merge) + " needs the token " + shown(token) + ", which the vocabulary lacks",
      "the merges belong to another vocabulary");
}

void require_every_byte(const std::string& where, const TokenizerParts& parts) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string& character = byte_character(static_cast<unsigned char>(byte));
    if (parts.ids.count(character) > 0) continue;
    refuse_part(
        where, "",
        "the vocabulary has no token for byte " + std::to_string(byte) + " (" + character + ")",
        "only byte-level vocabularies are read");
  }
}

}  // namespace

int64_t add_token(AddedToken token, TokenizerParts& parts) {
  const auto next = static_cast<int64_t>(parts.tokens.size());
  const auto [entry, is_new] = parts.ids.emplace(token.text, next);
  if (is_new) parts.tokens.push_back(token.text);
  token.id = entry->second;
  for (AddedToken& each : parts.added) {
    if (each.text != token.text) continue;
    each = token;
    return token.id;
  }
  parts.added.push_back(token);
  return token.id;
}

void read_vocabulary(const nlohmann::json& vocabulary, const std::string& where,
                     TokenizerParts& parts) {
  if (!vocabulary.is_object()) {
    refuse_part(where, "an object of tokens and their ids", shown_json(vocabulary));
  }
  const std::size_t n_tokens = vocabulary.size();
  std::vector<const std::string*> by_id(n_tokens, nullptr);
  for (const auto& [token, value] : vocabulary.items()) {
    const auto at = parts.ids.emplace(token, id_in(value, n_tokens, token, where)).first;
    const std::string*& holder = by_id[static_cast<std::size_t>(at->second)];
    if (holder != nullptr) {
      refuse_part(where, "",
                  "the tokens " + shown(*holder) + " and " + shown(token) + " have the same id, " +
                      std::to_string(at->second));
    }
    holder = &at->first;  // an unordered map's keys stay where they are
  }
  for (const std::string* token : by_id) parts.tokens.push_back(*token);
  require_every_byte(where, parts);
}

void add_merge(const std::string& left, const std::string& right, const std::string& where,
               TokenizerParts& parts) {
  const std::string merge = left + " " + right;
  const int64_t left_id = id_of_part(left, merge, where, parts);
  const int64_t right_id = id_of_part(right, merge, where, parts);
  const int64_t merged = id_of_part(left + right, merge, where, parts);
  if (!parts.pairs.add(left_id, right_id, merged)) {
    refuse_part(where, "", "merge " + shown(merge) + " is given twice");
  }
}

void add_merge(std::string_view line, const std::string& where, TokenizerParts& parts) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos) {
    refuse_part(where, "two tokens with a space between them", shown(std::string(line)));
  }
  add_merge(std::string(line.substr(0, space)), std::string(line.substr(space + 1)), where, parts);
}

}  // namespace kairo
