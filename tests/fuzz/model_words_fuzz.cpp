// The model words of a checkpoint: any text is either refused with kairo::Error, or gives options
// that say the same when they are written and read again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/error.h"
#include "core/config/transformer_options.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  try {
    const std::string words = kairo::to_json(*kairo::model_options_from_json(text, "fuzz"));
    if (kairo::to_json(*kairo::model_options_from_json(words, "again")) != words) std::abort();
  } catch (const kairo::Error&) {
  }
  return 0;
}
