#include "core/files/work_lock.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <mutex>
#include <thread>

#include "core/base/error.h"
#include "core/files/file_calls.h"
#include "core/files/file_descriptor.h"
#include "core/files/lock_holder.h"

namespace kairo {
namespace {

constexpr std::chrono::milliseconds kBetweenTries{100};
// Who only looks whether a lock is held (look_at_lock) holds it for an instant.
constexpr int kTries = 3;

enum class Locking { kTaken, kHeld, kNoLocks };

// Lustre without -o flock, some NFS servers and sandboxes answer ENOSYS, ENOLCK, EOPNOTSUPP, EINVAL
// or EPERM: each of them means that nobody can lock this file.
Locking try_flock(int file, int operation) {
  if (uninterrupted([&] { return ::flock(file, operation | LOCK_NB); }) == 0)
    return Locking::kTaken;
  return errno == EWOULDBLOCK ? Locking::kHeld : Locking::kNoLocks;
}

void warn_once(const std::string& path, const std::string& cause) {
  static std::once_flag said;
  std::call_once(said, [&] {
    spdlog::warn(
        "{}: this file system has no file locks ({}); two programs on different machines must not "
        "work on one run at the same time",
        path, cause);
  });
}

bool is_foreign(const LockHolder& holder) {
  return !holder.host.empty() && !is_on_this_machine(holder) &&
         !is_earlier_start_of_this_job(holder);
}

// Whether `path` still is the file that is open: a holder that lets go removes it, and a lock on a
// file without a name keeps nobody out.
bool has_name(int file, const std::string& path) {
  struct stat open {
  }, named{};
  return ::fstat(file, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

bool is_alive_here(const LockHolder& holder) {
  return is_on_this_machine(holder) && is_alive(holder);
}

// Into a file that was just opened, so from its beginning.
bool write_holder(int file) {
  const std::string text = to_line(this_process());
  return ::ftruncate(file, 0) == 0 && file_calls::write(file, text.data(), text.size());
}

// Below 0 where it cannot be. Children hold it too where it is not closed when they begin.
int open_lock(const std::string& path, LockChildren children) {
  const int file = file_calls::open(path, O_RDWR | O_CREAT);
  if (file >= 0 && children == LockChildren::kHold) ::fcntl(file, F_SETFD, 0);
  return file;
}

}  // namespace

LockView look_at_lock(const std::string& path) {
  const FileDescriptor file(
      uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); }));
  if (file.number() < 0) {
    const bool is_free = errno == ENOENT || errno == ENOTDIR;
    return {is_free ? LockState::kFree : LockState::kUnknown, "its lock cannot be read"};
  }
  const Locking locking = try_flock(file.number(), LOCK_SH);
  const LockHolder holder = read_holder(file.number());
  if (locking == Locking::kHeld || (locking == Locking::kNoLocks && is_alive_here(holder))) {
    return {LockState::kHeld, described(holder)};
  }
  return {is_foreign(holder) ? LockState::kUnknown : LockState::kFree, described(holder)};
}

WorkLock::WorkLock(const std::string& path, LockChildren children, const std::string& way_out)
    : path_(path), children_(children), way_out_(way_out) {}

WorkLock::~WorkLock() {
  if (file_ < 0) return;
  // Removed before it is let go of, so that nobody's new file can be meant.
  if (children_ == LockChildren::kHold) {
    [[maybe_unused]] const int ignored = ::ftruncate(file_, 0);
  } else {
    file_calls::unlink(path_);
  }
  ::close(file_);
}

bool WorkLock::try_take(const std::string& what) {
  const auto fail = [&] {
    throw Error(ErrorKind::kIo)
        .at(path_)
        .fact("the lock file cannot be written: " + system_cause())
        .hint(way_out_);
  };
  while (file_ < 0) {
    FileDescriptor file(open_lock(path_, children_));
    if (file.number() < 0) fail();
    const Locking locking = try_flock(file.number(), LOCK_EX);
    const std::string cause = system_cause();
    const LockHolder earlier = read_holder(file.number());
    if (locking == Locking::kHeld || (locking == Locking::kNoLocks && is_alive_here(earlier))) {
      holder_ = described(earlier);
      return false;
    }
    if (!has_name(file.number(), path_)) continue;
    if (is_foreign(earlier)) {
      throw Error(ErrorKind::kIo)
          .at(path_)
          .fact(described(earlier) + " may still be " + what + ", which cannot be seen from here")
          .hint("if that process is gone, delete " + path_);
    }
    if (locking == Locking::kNoLocks) warn_once(path_, cause);
    file_ = file.release();  // held from here, so that it goes if there is no room for its text
    if (!write_holder(file_)) fail();
  }
  return true;
}

void WorkLock::take(const std::string& what) {
  for (int i = 0; !try_take(what); ++i) {
    if (i == kTries) {
      throw Error(ErrorKind::kIo)
          .at(path_)
          .fact(holder_ + " is " + what)
          .hint("wait for it to end, or end it");
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

bool WorkLock::wait(const std::string& what, const std::atomic<bool>* stop,
                    const std::function<void(const std::string& holder)>& say) {
  for (bool first = true; !try_take(what); first = false) {
    if (stop != nullptr && stop->load()) return false;
    if (first && say) say(holder_);
    std::this_thread::sleep_for(kBetweenTries);
  }
  return true;
}

}  // namespace kairo
