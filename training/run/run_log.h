// train.log: what a run said, kept beside its results, each line with its time (UTC) and level. The
// same lines go to the program's default logger (standard error), whose level the command line
// sets.
//
// A line that cannot be kept is kIo, as for every other file of a run. Thread rule: any thread.
#pragma once

#include <mutex>
#include <string>

#include "core/files/append_file.h"

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
  void write(const std::string& level, const std::string& text);

  std::mutex mutex_;
  AppendFile file_;
};

}  // namespace kairo
