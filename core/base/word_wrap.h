// Help texts in a column.
#pragma once

#include <cstddef>
#include <string>

namespace kairo {

// `text` broken at spaces into lines of at most `width` characters, each with `indent` spaces in
// front and a line feed behind. A newline in `text` ends a line; a longer word stands alone on its
// line.
std::string wrapped(const std::string& text, std::size_t width, std::size_t indent);

}  // namespace kairo
