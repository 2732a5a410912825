// Folders of the build that tests read from and run programs in. Known to paths.cpp alone: an
// absolute path in the compile command of every test would keep ccache from hitting in another
// folder.
#pragma once

#include <string>

namespace kairo {

std::string source_dir();  // the checkout
std::string bin_dir();     // where the programs are built

}  // namespace kairo
