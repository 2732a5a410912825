// A folder of its own for a test's files, removed with it.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace kairo {

class FigureFolder {
 public:
  FigureFolder() {
    static std::atomic<int> count{0};
    path_ = std::filesystem::temp_directory_path() /
            ("kairo_figures_" + std::to_string(getpid()) + "_" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~FigureFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  FigureFolder(const FigureFolder&) = delete;
  FigureFolder& operator=(const FigureFolder&) = delete;

  std::string path() const { return path_.string(); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  bool has(const std::string& name) const { return std::filesystem::exists(path_ / name); }

 private:
  std::filesystem::path path_;
};

// PATH points to `folder` alone for as long as it lives.
class PathOnly {
 public:
  explicit PathOnly(const std::string& folder) : before_(std::getenv("PATH")) {
    setenv("PATH", folder.c_str(), 1);
  }
  ~PathOnly() { setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

}  // namespace kairo
