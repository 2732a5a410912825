#include "core/files/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <mutex>
#include <set>
#include <system_error>

#include "core/base/error.h"
#include "core/files/file_calls.h"
#include "core/files/file_descriptor.h"
#include "core/files/lfs_pointer.h"
#include "core/files/temporary_file.h"

namespace kairo {
namespace {

std::size_t size_of(const std::vector<BytePiece>& pieces) {
  std::size_t size = 0;
  for (const BytePiece& piece : pieces) size += piece.size;
  return size;
}

// What killed writers left goes when this process first writes into the folder.
void remove_leftovers_once(const std::string& folder) {
  static std::mutex mutex;
  static std::set<std::string> seen;
  const std::lock_guard<std::mutex> lock(mutex);
  if (seen.insert(folder).second) remove_leftovers(folder);
}

bool write_beside_and_rename(const std::string& path, const std::vector<BytePiece>& pieces) {
  TemporaryFile file(path);
  if (!file.is_open()) return false;
  for (const BytePiece& piece : pieces) {
    if (!file.write(piece.bytes, piece.size)) return false;
  }
  return file.become_target();
}

bool read_all(int file, std::string& bytes) {
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t came =
        uninterrupted([&] { return ::read(file, &bytes[filled], bytes.size() - filled); });
    if (came < 0) return false;
    if (came == 0) break;
    filled += static_cast<std::size_t>(came);
  }
  bytes.resize(filled);
  return true;
}

void sync_folder_of(const std::string& path) {
  const std::string folder = file_calls::folder_of(path);
  if (file_calls::sync_folder(folder)) return;
  throw Error(ErrorKind::kIo)
      .at(folder)
      .fact("the folder cannot be flushed to the disk: " + system_cause())
      .hint("the file is written but may not survive a power cut");
}

}  // namespace

void write_file_atomically(const std::string& path, const std::vector<BytePiece>& pieces) {
  remove_leftovers_once(file_calls::folder_of(path));
  if (!write_beside_and_rename(path, pieces)) {
    const std::string why = system_cause();
    throw Error(ErrorKind::kIo)
        .at(path)
        .fact(std::to_string(size_of(pieces)) + " bytes cannot be written: " + why)
        .hint("check that the folder exists, is writable and has room");
  }
  sync_folder_of(path);
}

void write_file_atomically(const std::string& path, const void* bytes, std::size_t size) {
  write_file_atomically(path, {BytePiece{bytes, size}});
}

void write_file_atomically(const std::string& path, const std::string& text) {
  write_file_atomically(path, text.data(), text.size());
}

void move_file(const std::string& from, const std::string& to) {
  if (!file_calls::rename(from, to)) {
    throw Error(ErrorKind::kIo).at(from).fact("cannot be moved to " + to + ": " + system_cause());
  }
  sync_folder_of(to);
  sync_folder_of(from);
}

std::string read_file(const std::string& path) {
  // A pipe of that name would keep open() waiting for its writer.
  FileDescriptor file(
      uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); }));
  if (file.number() < 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    throw Error(missing ? ErrorKind::kNotFound : ErrorKind::kIo)
        .at(path)
        .fact("cannot be read: " + system_cause());
  }
  struct stat about {};
  if (::fstat(file.number(), &about) != 0 || !S_ISREG(about.st_mode)) {
    throw Error(ErrorKind::kIo).at(path).fact("this is a folder or a device, not a file");
  }
  std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
  if (!read_all(file.number(), bytes)) {
    throw Error(ErrorKind::kIo).at(path).fact("cannot be read: " + system_cause());
  }
  refuse_lfs_pointer(path, bytes);
  return bytes;
}

void create_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || !std::filesystem::is_directory(path, error)) {
    throw Error(ErrorKind::kIo)
        .at(path)
        .fact("the folder cannot be created: " +
              (error ? error.message() : std::string("a file has that name")))
        .hint("check the permissions of the folder above it, or write elsewhere");
  }
}

}  // namespace kairo
