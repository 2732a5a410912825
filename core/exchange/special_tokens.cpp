#include "core/exchange/special_tokens.h"

#include <algorithm>

namespace kairo {

void SpecialTokens::add(const AddedToken& token) {
  std::vector<AddedToken>& tokens = by_first_byte_[static_cast<unsigned char>(token.text.front())];
  const auto shorter = std::find_if(tokens.begin(), tokens.end(), [&](const AddedToken& each) {
    return each.text.size() < token.text.size();
  });
  tokens.insert(shorter, token);
}

std::optional<SpecialTokens::Found> SpecialTokens::find(std::string_view text,
                                                        std::size_t from) const {
  for (std::size_t at = from; at < text.size(); ++at) {
    for (const AddedToken& each : by_first_byte_[static_cast<unsigned char>(text[at])]) {
      if (text.compare(at, each.text.size(), each.text) == 0) {
        return Found{at, each.text.size(), each.id};
      }
    }
  }
  return std::nullopt;
}

}  // namespace kairo
