// Bytes as a file that lives in memory: what reads files by path can be fuzzed without a disk.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace kairo {

class MemoryFile {
 public:
  MemoryFile(const uint8_t* bytes, size_t size) : number_(memfd_create("fuzz", 0)) {
    if (number_ < 0 || write(number_, bytes, size) != static_cast<ssize_t>(size)) std::abort();
  }
  ~MemoryFile() { close(number_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(number_); }

 private:
  int number_;
};

}  // namespace kairo
