// Safetensors files by hand, right or wrong as a test needs them.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "core/files/atomic_file.h"

namespace kairo {

inline std::string length_prefix(uint64_t length) {
  std::string bytes(sizeof(length), '\0');
  for (char& each : bytes) {
    each = static_cast<char>(length & 0xff);
    length >>= 8;
  }
  return bytes;
}

inline std::string raw_safetensors(const std::string& header, const std::string& data) {
  return length_prefix(header.size()) + header + data;
}

// {"a": …} alone, of any dtype and shape.
inline std::string one_tensor(const std::string& dtype, const std::string& shape,
                              const std::string& data) {
  return raw_safetensors(R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape +
                             R"(,"data_offsets":[0,)" + std::to_string(data.size()) + "]}}",
                         data);
}

template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

}  // namespace kairo
