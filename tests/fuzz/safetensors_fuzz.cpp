// A safetensors file: any bytes are either refused with kairo::Error, or every tensor has as many
// floats as its shape says.
#include "core/base/error.h"
#include "core/exchange/safetensors.h"
#include "tests/fuzz/memory_file.h"

namespace {

void read_every_tensor(kairo::SafetensorsReader& reader) {
  for (const kairo::SafetensorsEntry& entry : reader.entries()) {
    try {
      const auto bytes = static_cast<int64_t>(reader.floats(entry.name).size() * sizeof(float));
      if (kairo::safetensors_bytes("F32", entry.shape) != bytes) std::abort();
    } catch (const kairo::Error& error) {
      if (error.kind() != kairo::ErrorKind::kCorrupt) std::abort();  // a dtype that is no float
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const kairo::MemoryFile file(bytes, size);
  try {
    kairo::SafetensorsReader reader(file.path());
    read_every_tensor(reader);
  } catch (const kairo::Error&) {
  }
  return 0;
}
