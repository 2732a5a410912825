// A config and overrides: the text up to the first NUL is a YAML file, each line behind it an
// override. They are either refused with kairo::Error, or give settings that are written as YAML
// and read again as the same.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "studies/studies.h"
#include "tests/core/config/bound_run.h"
#include "tests/fuzz/memory_file.h"

namespace {

std::string yaml_after(const std::string& yaml, const std::vector<std::string>& overrides) {
  const kairo::MemoryFile file(reinterpret_cast<const uint8_t*>(yaml.data()), yaml.size());
  kairo::BoundRun settings;
  settings.binder.load(file.path(), overrides);
  return settings.binder.to_yaml(/*with_provenance=*/false);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream lines(text);
  std::vector<std::string> all;
  for (std::string line; std::getline(lines, line);) all.push_back(line);
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  kairo::open_studies();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  // A parent could be any file of this machine, also one that never ends.
  if (text.find("defaults") != std::string::npos) return 0;
  const std::size_t end = std::min(text.find('\0'), text.size());
  std::string yaml;
  try {
    yaml = yaml_after(text.substr(0, end), lines_of(text.substr(std::min(end + 1, text.size()))));
  } catch (const kairo::Error&) {
    return 0;
  }
  if (yaml_after(yaml, {}) != yaml) std::abort();
  return 0;
}
