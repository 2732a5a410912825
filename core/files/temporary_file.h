// The file beside its target in which core/files/atomic_file.h writes: ".NAME.kairo-tmp.PID.N".
//
// Its writer holds a lock (flock) on it. The lock of a writer that was killed is gone with it: that
// file is a leftover, which the next writer into the same folder removes. A process number alone
// would not do: on a shared folder it may be another machine's, and in containers two have the
// same.
//
// Thread rule: one thread a file; remove_leftovers from any.
#pragma once

#include <string>

#include "core/files/file_descriptor.h"

namespace kairo {

class TemporaryFile {
 public:
  // Made, open for writing and locked; is_open is false, with errno set, where it cannot be.
  explicit TemporaryFile(const std::string& target);
  // Removed, unless it has become its target.
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  bool is_open() const { return file_.number() >= 0; }
  // False, with errno set, where they fail.
  bool write(const void* bytes, std::size_t size);
  bool become_target();  // synced, renamed

 private:
  const std::string target_;
  const std::string path_;
  FileDescriptor file_;
  bool is_there_;
};

// Removes what killed writers left in `folder`; what another still writes stays. Leaves alone what
// it cannot lock or remove, and does nothing where the folder cannot be read.
void remove_leftovers(const std::string& folder);

}  // namespace kairo
