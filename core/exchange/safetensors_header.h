// The JSON header of a safetensors file: where each tensor's bytes lie.
//
//   {"__metadata__": {"text": "text"},
//    "NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...}
//
// Offsets are bytes from the end of the header. Source: the format's description at
// https://github.com/huggingface/safetensors.
//
// Invariants of a header that was read:
//  - every tensor's bytes are exactly dtype size x elements, without overflow;
//  - sorted by offset the tensors follow each other without hole or overlap, from 0 to the data's
//    end;
//  - names and metadata are UTF-8, no name stands twice.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kairo {

struct SafetensorsEntry {
  std::string name;
  std::string dtype;  // "F32"
  std::vector<int64_t> shape;
  int64_t begin = 0;  // bytes from the end of the header
  int64_t end = 0;
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;  // by offset
  std::map<std::string, std::string> metadata;
};

// dtype size x elements. Nothing for an unknown dtype, a negative size, or beyond int64.
std::optional<int64_t> safetensors_bytes(const std::string& dtype,
                                         const std::vector<int64_t>& shape);

// Checks `text`, the header of `file`, against the `data_size` bytes that follow it. kCorrupt
// naming file, tensor and what is wrong.
SafetensorsHeader parse_safetensors_header(const std::string& text, int64_t data_size,
                                           const std::string& file);

// The header of these entries: compact JSON, padded with spaces to a multiple of 8 bytes. kShape
// where a name or the metadata is no UTF-8.
std::string safetensors_header_text(const SafetensorsHeader& header);

}  // namespace kairo
