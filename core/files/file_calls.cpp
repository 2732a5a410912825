#include "core/files/file_calls.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "core/files/failpoint.h"
#include "core/files/file_descriptor.h"

namespace kairo::file_calls {

int open(const std::string& path, int flags) {
  int number = -1;
  between_failpoints([&] {
    number = uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); });
    return number >= 0;
  });
  return number;
}

bool write(int file, const char* bytes, std::size_t size) {
  // A single write() takes at most 2 GiB and may be cut short by a signal or a full disk.
  while (size > 0) {
    ssize_t written = -1;
    const bool done = between_failpoints([&] {
      const std::size_t part = failpoint::bytes_to_write(size);
      written = uninterrupted([&] { return ::write(file, bytes, part); });
      if (written == 0) errno = EIO;  // the system has set none, and a next one may do no better
      return written > 0;
    });
    if (!done) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool sync(int file) {
  return between_failpoints([&] { return uninterrupted([&] { return ::fsync(file); }) == 0; });
}

bool rename(const std::string& from, const std::string& to) {
  return between_failpoints([&] { return std::rename(from.c_str(), to.c_str()) == 0; });
}

bool unlink(const std::string& path) {
  return between_failpoints([&] { return ::unlink(path.c_str()) == 0; });
}

bool sync_folder(const std::string& folder) {
  FileDescriptor file(
      uninterrupted([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (file.number() < 0) return false;
  // Some file systems know no fsync on folders; there is nothing more to do on these.
  return sync(file.number()) || errno == EINVAL || errno == ENOTSUP;
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace kairo::file_calls
