// A leading ~ in a path, as a shell reads it. A shell expands it only at the beginning of a word,
// so `output.base_dir=~/runs`, `--output-dir=~/runs` and paths in YAML reach a program as they are.
#pragma once

#include <string>

namespace kairo {

// "~/runs" -> "/home/me/runs" (the variable HOME, or the user's entry in the system's list),
// "~ann/runs" -> the home of ann; any other path as it is ("./~x" is a file named ~x). kUsage if
// there is no such user or no home: no folder named ~ is ever made.
std::string expand_home(const std::string& path);

}  // namespace kairo
