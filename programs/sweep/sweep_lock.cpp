#include "programs/sweep/sweep_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "hooks/error.h"

namespace kairo {

SweepLock::SweepLock(const std::string& folder) {
  const std::string path = folder + "/sweep.lock";
  // Without O_CLOEXEC: children shall hold it.
  file_ = open(path.c_str(), O_RDWR | O_CREAT, 0666);
  if (file_ < 0) throw Error(ErrorKind::kIo, {path, "", std::strerror(errno), ""});
  if (flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  const bool is_held = errno == EWOULDBLOCK;
  const std::string came = is_held ? "another sweep is at work here" : std::strerror(errno);
  close(file_);
  throw Error(ErrorKind::kIo, {folder, "", came,
                               is_held ? "wait for it, or for the runs that it left behind" : ""});
}

SweepLock::~SweepLock() { close(file_); }

}  // namespace kairo
