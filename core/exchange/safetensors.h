// The safetensors format: 8 bytes with the header's length (little-endian), a JSON header
// (safetensors_header.h), and the tensors' bytes, row-major and little-endian.
//
// The reader checks the whole header against the file's size before it allocates anything for a
// tensor, and then reads one tensor at a time; the writer streams from the arrays given.
// Thread rule: one reader belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "core/exchange/safetensors_header.h"
#include "core/store/checkpoint.h"

namespace kairo {

// As in the reference implementation.
constexpr int64_t kMostSafetensorsHeaderBytes = 100'000'000;

class SafetensorsReader {
 public:
  // kNotFound; kIo; kCorrupt if length, header or sizes are not those of the format, or if the
  // file is a Git LFS pointer.
  explicit SafetensorsReader(const std::string& path);

  const std::string& file() const { return path_; }
  const std::vector<SafetensorsEntry>& entries() const { return header_.entries; }
  const std::map<std::string, std::string>& metadata() const { return header_.metadata; }

  // Null where there is no such tensor.
  const SafetensorsEntry* find(const std::string& name) const;

  // [shape] in row-major order, from F64 (rounded), F32, F16 or BF16. kNotFound; kCorrupt naming
  // the tensor for another dtype, or if the file has become shorter.
  std::vector<float> floats(const std::string& name);

 private:
  std::string path_;
  std::ifstream stream_;
  int64_t data_begin_ = 0;
  SafetensorsHeader header_;
};

// Writes `arrays` as F32 in the order given, atomically. kShape for values that do not fit their
// shape, for a name that stands twice or is reserved; kIo.
void write_safetensors(const std::string& path, const std::vector<NamedArray>& arrays,
                       const std::map<std::string, std::string>& metadata);

}  // namespace kairo
