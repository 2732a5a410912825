#include "core/store/work_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <sstream>
#include <thread>

#include "core/store/file_calls.h"
#include "core/store/file_descriptor.h"
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

// A part of a line, of a holder that was killed while it wrote, says nothing: half of this host's
// name would be another host.
Holder read_holder(int file) {
  std::array<char, 512> bytes{};
  const ssize_t came = ::pread(file, bytes.data(), bytes.size(), 0);
  const std::string text(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(came, 0)));
  Holder holder;
  const std::size_t end = text.find('\n');
  if (end != std::string::npos) {
    std::istringstream(text.substr(0, end)) >> holder.host >> holder.process;
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

// Into a file that was just opened, so from its beginning.
bool write_holder(int file) {
  const std::string text = this_host() + " " + std::to_string(::getpid()) + "\n";
  return ::ftruncate(file, 0) == 0 && file_calls::write(file, text.data(), text.size());
}

// Below 0 where it cannot be. Children hold it too where it is not closed when they begin.
int open_lock(const std::string& path, LockChildren children) {
  const int file = file_calls::open(path, O_RDWR | O_CREAT);
  if (file >= 0 && children == LockChildren::kHold) ::fcntl(file, F_SETFD, 0);
  return file;
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
    file_calls::unlink(path_);
  }
  ::close(file_);
}

void WorkLock::refuse(const std::string& what, const std::string& hint) const {
  throw Error(ErrorKind::kIo, {path_, "no other process at " + what, holder_, hint});
}

bool WorkLock::try_take(const std::string& what) {
  const auto fail = [&] {
    throw Error(ErrorKind::kIo, {path_, "to lock the file", system_cause(), ""});
  };
  while (file_ < 0) {
    FileDescriptor file(open_lock(path_, children_));
    if (file.number() < 0) fail();
    if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) fail();
      holder_ = described(read_holder(file.number()));
      return false;
    }
    if (!has_name(file.number(), path_)) continue;
    const Holder earlier = read_holder(file.number());
    if (!earlier.host.empty() && earlier.host != this_host()) {
      holder_ = described(earlier);
      refuse(what, "whether it lives cannot be seen from here: if it does not, remove this file");
    }
    file_ = file.release();  // held from here, so that it goes where no room is for its text
    if (!write_holder(file_)) fail();
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
