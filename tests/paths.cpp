#include "tests/paths.h"

namespace kairo {

std::string source_dir() { return KAIRO_SOURCE_DIR; }
std::string bin_dir() { return KAIRO_BIN_DIR; }

}  // namespace kairo
