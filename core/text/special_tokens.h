// Finds the tokens that are matched whole in a text.
//
// Any thread may call the const member.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "core/text/tokenizer_parts.h"

namespace kairo {

class SpecialTokens {
 public:
  void add(const AddedToken& token);

  struct Found {
    std::size_t begin;  // bytes, with white space that the token takes in
    std::size_t end;
    int64_t id;
  };
  // The leftmost token at or after `from`, the longest of those that begin there. One that may not
  // stand inside a word and does hides the others that begin in it, as in the tokenizers library.
  std::optional<Found> find(std::string_view text, std::size_t from) const;

 private:
  // Null if none begins at `at`.
  const AddedToken* longest(std::string_view text, std::size_t at) const;

  std::array<std::vector<AddedToken>, 256> by_first_byte_;  // the longest first
};

}  // namespace kairo
