// train.log: what a run said, kept beside its results. The same lines go to the program's default
// logger (standard error), whose level the command line sets.
#pragma once

#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace kairo {

class RunLog {
 public:
  // Appends to the file, or makes it. kIo.
  explicit RunLog(const std::string& path);

  void info(const std::string& text);
  void warn(const std::string& text);
  // To the file alone: what the terminal shows in another way.
  void note(const std::string& text);

 private:
  std::shared_ptr<spdlog::logger> file_;
};

}  // namespace kairo
