// What can happen to the bytes of a file, region by region.
#pragma once

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

namespace kairo {

struct Damage {
  std::string what;  // "emptied at 512"
  std::string bytes;
};

// Each of about `n` regions of `bytes`: a bit flipped, emptied (zeros), filled with ones, left out,
// repeated, exchanged with the same place of `other`; and the file cut there.
inline std::vector<Damage> damages(const std::string& bytes, const std::string& other,
                                   std::size_t n) {
  std::vector<Damage> all;
  const std::size_t size = bytes.size() / n + 1;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    const std::size_t length = std::min(size, bytes.size() - at);
    const auto add = [&](const char* what, const std::string& region) {
      std::string damaged = bytes;
      damaged.replace(at, length, region);
      all.push_back({what + std::to_string(at), damaged});
    };
    std::string flipped = bytes.substr(at, length);
    flipped[length / 2] = static_cast<char>(flipped[length / 2] ^ (1 << (at % 8)));
    add("a bit flipped behind ", flipped);
    add("emptied at ", std::string(length, '\0'));
    add("filled with ones at ", std::string(length, '\xff'));
    add("left out at ", "");
    add("repeated at ", bytes.substr(at, length) + bytes.substr(at, length));
    if (at < other.size()) add("another file's bytes at ", other.substr(at, length));
    all.push_back({"cut at " + std::to_string(at), bytes.substr(0, at)});
  }
  return all;
}

// Without the care of write_file_atomically: a test of a thousand files need not wait for the disk.
inline void put_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// The file as another program would have written it: no digest.
inline std::string without_digest(std::string bytes) {
  return bytes.replace(0, 512, std::string(512, '\0'));
}

}  // namespace kairo
