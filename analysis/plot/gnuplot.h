// Runs gnuplot, and writes text and numbers so that a script can only mean what was meant.
//
// The script goes to the program's standard input and the image comes back on its standard output:
// no file name is ever part of a script. gnuplot reads no start-up file (-d) and has a fixed
// locale, so that a script gives the same bytes for every user.
//
// Thread rule: every function may be called from any thread.
#pragma once

#include <string>

namespace kairo {

struct GnuplotOutput {
  std::string image;  // the bytes of the PNG or SVG
  std::string words;  // what it said on standard error: warnings
};

// `script` sets the terminal and must not set `output`. Throws kIo where "gnuplot" is not on PATH
// (saying how to install it), or ends with an error (with its words), or draws nothing or a part.
GnuplotOutput run_gnuplot(const std::string& script);

// `text` as a single-quoted string, in which gnuplot expands nothing: control characters and
// line ends made spaces, bytes that are no UTF-8 made "?", and ' made ’ (U+2019). Doubling it is
// not enough: gnuplot 5.4 ends a string at a doubled quote that stands first or beside another.
std::string gnuplot_text(const std::string& text);

// The same for the label of a tic, which gnuplot takes for a number format: "%" is doubled.
std::string gnuplot_tic_text(const std::string& text);

// The shortest decimal that reads back as the same double; "NaN" for what is not finite.
std::string gnuplot_number(double value);

}  // namespace kairo
