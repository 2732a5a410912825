#include "core/base/word_wrap.h"

#include <sstream>

namespace kairo {

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string result;
  std::istringstream paragraphs(text);
  for (std::string paragraph; std::getline(paragraphs, paragraph);) {
    std::istringstream words(paragraph);
    std::string line;
    for (std::string word; words >> word;) {
      const bool fits = indent + line.size() + 1 + word.size() <= width;
      if (!line.empty() && !fits) {
        result += margin + line + "\n";
        line.clear();
      }
      line += (line.empty() ? "" : " ") + word;
    }
    result += line.empty() ? "\n" : margin + line + "\n";
  }
  return result;
}

}  // namespace kairo
