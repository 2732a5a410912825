// One sweep at a time in a folder.
//
// The children that sweep starts hold the lock too: where sweep itself was killed and its cells go
// on, a second sweep does not train the same runs beside them.
#pragma once

#include <string>

namespace kairo {

class SweepLock {
 public:
  // Of `folder`/sweep.lock. kIo where another process holds it.
  explicit SweepLock(const std::string& folder);
  ~SweepLock();
  SweepLock(const SweepLock&) = delete;
  SweepLock& operator=(const SweepLock&) = delete;

 private:
  int file_;
};

}  // namespace kairo
