// How wide a text will be, so that a page can be laid out before gnuplot draws it: no label may
// overlap another, however long an experiment's name is.
#pragma once

#include <string>
#include <vector>

namespace kairo {

// Pixels, in DejaVu Sans of `size` pixels (or its bold). Exact for ASCII but for kerning; other
// characters count as the widest of them.
double text_width(const std::string& text, double size, bool bold = false);

// `text` if it fits into `width` pixels, else its beginning and end with "…" between.
std::string shorten(const std::string& text, double width, double size, bool bold = false);

// Lines no wider than `width`, broken at spaces; a single word that is too wide is shortened.
std::vector<std::string> wrap(const std::string& text, double width, double size);

}  // namespace kairo
