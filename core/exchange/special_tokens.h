// Finds the tokens that are matched whole in a text.
//
// Any thread may call the const member.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "core/exchange/tokenizer_parts.h"

namespace kairo {

class SpecialTokens {
 public:
  void add(const AddedToken& token);

  struct Found {
    std::size_t begin;  // bytes
    std::size_t length;
    int64_t id;
  };
  // The leftmost token at or after `from`, the longest of those that begin there.
  std::optional<Found> find(std::string_view text, std::size_t from) const;

 private:
  std::array<std::vector<AddedToken>, 256> by_first_byte_;  // the longest first
};

}  // namespace kairo
