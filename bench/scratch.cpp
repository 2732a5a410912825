#include "bench/scratch.h"

#include <unistd.h>

#include <cstdlib>

namespace kairo {

Scratch::Scratch() {
  const char* asked = std::getenv("KAIRO_BENCH_DIR");
  const std::filesystem::path base =
      asked == nullptr ? std::filesystem::temp_directory_path() : std::filesystem::path(asked);
  folder_ = base / ("kairo_bench_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder_);
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace kairo
