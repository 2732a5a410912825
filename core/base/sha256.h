// SHA-256 (FIPS 180-4) of bytes in memory, by OpenSSL. kIo where OpenSSL refuses, which it does
// only without memory or after hex(). Thread rule: an object belongs to one thread.
#pragma once

#include <cstdint>
#include <string>

namespace kairo {

// Lowercase hex.
std::string sha256(const void* bytes, std::size_t size);

// A running SHA-256, for hashes over many pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(const void* bytes, std::size_t size);
  // The length, then the bytes: ("ab","c") and ("a","bc") differ.
  void add(const std::string& text);
  void add(int64_t number);
  std::string hex();  // ends it

 private:
  void* context_;
};

}  // namespace kairo
