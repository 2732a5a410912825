// What the cells of a sweep are doing, on standard error: a line per running cell, redrawn on a
// terminal that can, else a line in the log as a cell begins a program.
//
//   k5_seed1  training   210/400  loss 1.5080  accuracy 0.312  0:18 left
//
// Thread rule: belongs to one thread.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "core/base/shell_quoted.h"

namespace kairo {

struct CellAtWork {
  std::string name;
  std::string log;                   // file that its programs write to
  const Command* command = nullptr;  // that runs now
};

// What a command does, in a word: "training", "analyzing", or the name of its program.
std::string work_of(const Command& command);

// The newest progress line in a log, without its time: "210/400  loss ..."; "" where the command
// that runs now has said none. Reads 4 KiB at most.
std::string last_progress(const std::string& log);

class CellLines {
 public:
  // Shows what has changed, if it is time to.
  void show(const std::vector<CellAtWork>& cells);

 private:
  using Clock = std::chrono::steady_clock;

  void draw(const std::vector<CellAtWork>& cells);
  void say_changes(const std::vector<CellAtWork>& cells);

  std::map<std::string, std::string> said_;  // work by cell
  Clock::time_point last_{};
};

}  // namespace kairo
