// A file that grows line by line and can be followed while it does (metrics.jsonl, train.log).
//
// A text is appended whole or, where that fails, not at all; a process that is killed meanwhile may
// leave a part of it at the end. Thread rule: one thread at a time.
#pragma once

#include <string>

#include "core/files/file_descriptor.h"

namespace kairo {

enum class AppendMode {
  kFlushed,  // the system has it: survives the process
  kSynced,   // the disk has it: survives a power cut
};

class AppendFile {
 public:
  // Opens the file, or makes it. kIo naming file and cause.
  AppendFile(const std::string& path, AppendMode mode);

  void append(const std::string& text);  // kIo naming file and cause

 private:
  const std::string path_;
  const AppendMode mode_;
  FileDescriptor file_;
};

}  // namespace kairo
