#include "core/store/work_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <sstream>
#include <thread>

#include "core/store/safe_name.h"
#include "hooks/error.h"

namespace kairo {
namespace {

constexpr std::chrono::milliseconds kBetweenTries{100};

std::string this_host() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

struct Holder {
  std::string host;  // "" where the file says nothing
  std::string process;
};

Holder read_holder(int file) {
  std::array<char, 512> text{};
  const ssize_t came = ::pread(file, text.data(), text.size(), 0);
  Holder holder;
  if (came > 0) {
    std::istringstream(std::string(text.data(), static_cast<std::size_t>(came))) >> holder.host >>
        holder.process;
  }
  return holder;
}

std::string described(const Holder& holder) {
  if (holder.host.empty()) return "another process";
  const std::string process = "process " + quoted(holder.process);
  return process +
         (holder.host == this_host() ? " on this machine" : " on the host " + quoted(holder.host));
}

// Whether `path` still is the file that is open: a holder that lets go removes it, and a lock on a
// file without a name keeps nobody out.
bool has_name(int file, const std::string& path) {
  struct stat open {
  }, named{};
  return ::fstat(file, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

bool write_holder(int file) {
  const std::string text = this_host() + " " + std::to_string(::getpid()) + "\n";
  return ::ftruncate(file, 0) == 0 &&
         ::pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

}  // namespace

WorkLock::WorkLock(const std::string& path, LockChildren children)
    : path_(path), children_(children) {}

WorkLock::~WorkLock() {
  if (file_ < 0) return;
  // Removed before it is let go of, so that nobody's new file can be meant.
  if (children_ == LockChildren::kHold) {
    [[maybe_unused]] const int ignored = ::ftruncate(file_, 0);
  } else {
    ::unlink(path_.c_str());
  }
  ::close(file_);
}

void WorkLock::refuse(const std::string& what, const std::string& hint) const {
  throw Error(ErrorKind::kIo, {path_, "no other process at " + what, holder_, hint});
}

bool WorkLock::try_take(const std::string& what) {
  const auto fail = [&](int file) {
    const std::string cause = std::strerror(errno);
    if (file >= 0) ::close(file);
    throw Error(ErrorKind::kIo, {path_, "to lock the file", cause, ""});
  };
  while (file_ < 0) {
    const int flags = O_RDWR | O_CREAT | (children_ == LockChildren::kHold ? 0 : O_CLOEXEC);
    const int file = ::open(path_.c_str(), flags, 0666);
    if (file < 0) fail(file);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) fail(file);
      holder_ = described(read_holder(file));
      ::close(file);
      return false;
    }
    const Holder earlier = read_holder(file);
    if (!has_name(file, path_)) {
      ::close(file);
    } else if (!earlier.host.empty() && earlier.host != this_host()) {
      ::close(file);
      holder_ = described(earlier);
      refuse(what, "whether it lives cannot be seen from here: if it does not, remove this file");
    } else {
      if (!write_holder(file)) fail(file);
      file_ = file;
    }
  }
  return true;
}

void WorkLock::take(const std::string& what) {
  if (!try_take(what)) refuse(what, "wait for it to end, or end it");
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
