#include "core/files/temporary_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <system_error>

#include "core/files/file_calls.h"

namespace kairo {
namespace {

const std::string kMark = ".kairo-tmp.";

std::string name_beside(const std::string& target) {
  static std::atomic<uint64_t> count{0};
  const std::string name = std::filesystem::path(target).filename().string();
  return file_calls::folder_of(target) + "/." + name + kMark + std::to_string(::getpid()) + "." +
         std::to_string(count++);
}

bool is_temporary_name(const std::string& name) {
  const std::size_t mark = name.rfind(kMark);
  return name.front() == '.' && mark != std::string::npos && mark > 1 &&
         name.find_first_not_of("0123456789.", mark + kMark.size()) == std::string::npos;
}

// Whether the file was removed by another process between open and flock.
bool is_gone(int file) {
  struct stat about {};
  return fstat(file, &about) == 0 && about.st_nlink == 0;
}

// An open file of that name that nobody takes for a leftover, or below 0. Where the file system has
// no locks it is left without one: nobody can lock it then, and it is not removed.
int open_locked(const std::string& path) {
  for (;;) {
    FileDescriptor file(file_calls::open(path, O_WRONLY | O_CREAT | O_EXCL));
    if (file.number() < 0) return -1;
    flock(file.number(), LOCK_EX);
    if (!is_gone(file.number())) return file.release();
  }
}

}  // namespace

TemporaryFile::TemporaryFile(const std::string& target)
    : target_(target),
      path_(name_beside(target)),
      file_(open_locked(path_)),
      is_there_(file_.number() >= 0) {}

TemporaryFile::~TemporaryFile() {
  if (!is_there_) return;
  const int error = errno;
  file_calls::unlink(path_);
  errno = error;
}

bool TemporaryFile::write(const void* bytes, std::size_t size) {
  return file_calls::write(file_.number(), static_cast<const char*>(bytes), size);
}

// Closed only behind the rename: with its lock gone another process could remove it before.
bool TemporaryFile::become_target() {
  if (!file_calls::sync(file_.number()) || !file_calls::rename(path_, target_)) return false;
  is_there_ = false;
  return file_.close();
}

void remove_leftovers(const std::string& folder) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string path = entry->path().string();
    if (!is_temporary_name(entry->path().filename().string())) continue;
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat about {};
    const bool is_file =
        file.number() >= 0 && fstat(file.number(), &about) == 0 && S_ISREG(about.st_mode);
    if (is_file && flock(file.number(), LOCK_EX | LOCK_NB) == 0) file_calls::unlink(path);
  }
}

}  // namespace kairo
