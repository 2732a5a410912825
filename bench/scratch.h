// A folder for a bench's files, gone afterwards. KAIRO_BENCH_DIR says where, the system's temporary
// folder by default.
#pragma once

#include <filesystem>
#include <string>

namespace kairo {

class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string operator/(const std::string& name) const { return folder_ / name; }
  std::string path() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace kairo
