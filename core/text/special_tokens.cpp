#include "core/text/special_tokens.h"

#include <algorithm>

#include "core/text/unicode_text.h"

namespace kairo {

void SpecialTokens::add(const AddedToken& token) {
  std::vector<AddedToken>& tokens = by_first_byte_[static_cast<unsigned char>(token.text.front())];
  const auto shorter = std::find_if(tokens.begin(), tokens.end(), [&](const AddedToken& each) {
    return each.text.size() < token.text.size();
  });
  tokens.insert(shorter, token);
}

const AddedToken* SpecialTokens::longest(std::string_view text, std::size_t at) const {
  for (const AddedToken& each : by_first_byte_[static_cast<unsigned char>(text[at])]) {
    if (text.compare(at, each.text.size(), each.text) == 0) return &each;
  }
  return nullptr;
}

std::optional<SpecialTokens::Found> SpecialTokens::find(std::string_view text,
                                                        std::size_t from) const {
  for (std::size_t at = from; at < text.size(); ++at) {
    const AddedToken* token = longest(text, at);
    if (token == nullptr) continue;
    const std::size_t end = at + token->text.size();
    if (token->single_word &&
        (ends_with_word(text.substr(0, at)) || begins_with_word(text.substr(end)))) {
      at = end - 1;
      continue;
    }
    const std::size_t space_before =
        token->lstrip ? trailing_space(text.substr(from, at - from)) : 0;
    const std::size_t space_after = token->rstrip ? leading_space(text.substr(end)) : 0;
    return Found{at - space_before, end + space_after, token->id};
  }
  return std::nullopt;
}

}  // namespace kairo
