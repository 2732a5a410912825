#include "studies/late_disambiguation/data/vocabulary.h"

#include "core/base/error.h"

namespace kairo::late_disambiguation {
namespace {

constexpr char kWhere[] = "data.vocab_chars";

void check_character(const std::string& characters, std::size_t i) {
  const char c = characters[i];
  if (c <= ' ' || c > '~') {
    throw Error(ErrorKind::kConfig)
        .at(kWhere)
        .expected("visible ASCII characters")
        .came("byte " + std::to_string(static_cast<unsigned char>(c)) + " at position " +
              std::to_string(i + 1))
        .hint("use letters, digits and punctuation");
  }
  const std::size_t first = characters.find(c);
  if (first != i) {
    throw Error(ErrorKind::kConfig)
        .at(kWhere)
        .fact(std::string("'") + c + "' is given twice, at positions " + std::to_string(first + 1) +
              " and " + std::to_string(i + 1))
        .hint("remove the second");
  }
}

}  // namespace

std::vector<std::string> make_vocabulary(const std::string& characters) {
  if (characters.empty()) {
    throw Error(ErrorKind::kConfig)
        .at(kWhere)
        .fact("the text is empty")
        .hint("give at least one character");
  }
  std::vector<std::string> names = {"PAD", "BOS", "EOS", "SEP"};
  for (std::size_t i = 0; i < characters.size(); ++i) {
    check_character(characters, i);
    names.emplace_back(1, characters[i]);
  }
  return names;
}

}  // namespace kairo::late_disambiguation
