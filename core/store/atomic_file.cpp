#include "core/store/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "hooks/error.h"

namespace kairo {
namespace {

std::string cause() { return std::strerror(errno); }

// An open file that is closed whatever happens.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  // False where the system reports a late write error.
  bool close() {
    const int closing = number_;
    number_ = -1;
    return closing < 0 || ::close(closing) == 0;
  }

 private:
  int number_;
};

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string temporary_beside(const std::string& path) {
  static std::atomic<uint64_t> count{0};
  const std::string name = std::filesystem::path(path).filename().string();
  return folder_of(path) + "/." + name + ".tmp." + std::to_string(::getpid()) + "." +
         std::to_string(count++);
}

// A single write() takes at most 2 GiB and may be cut short by a signal.
bool write_all(int file, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool write_and_sync(const std::string& path, const std::vector<BytePiece>& pieces) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.number() < 0) return false;
  for (const BytePiece& piece : pieces) {
    if (!write_all(file.number(), static_cast<const char*>(piece.bytes), piece.size)) return false;
  }
  return ::fsync(file.number()) == 0 && file.close();
}

std::size_t size_of(const std::vector<BytePiece>& pieces) {
  std::size_t size = 0;
  for (const BytePiece& piece : pieces) size += piece.size;
  return size;
}

// Without this a crash of the machine could forget the rename though the file itself is safe.
bool sync_folder(const std::string& folder) {
  Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.number() < 0) return false;
  // Some file systems know no fsync on folders; there is nothing more to do on these.
  return ::fsync(file.number()) == 0 || errno == EINVAL || errno == ENOTSUP;
}

bool read_all(int file, std::string& bytes) {
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t came = ::read(file, &bytes[filled], bytes.size() - filled);
    if (came < 0 && errno == EINTR) continue;
    if (came < 0) return false;
    if (came == 0) break;
    filled += static_cast<std::size_t>(came);
  }
  bytes.resize(filled);
  return true;
}

}  // namespace

void write_file_atomically(const std::string& path, const std::vector<BytePiece>& pieces) {
  const std::string temporary = temporary_beside(path);
  const bool written = write_and_sync(temporary, pieces);
  if (!written || std::rename(temporary.c_str(), path.c_str()) != 0) {
    const std::string why = cause();
    ::unlink(temporary.c_str());
    throw Error(ErrorKind::kIo, {path, "to write " + std::to_string(size_of(pieces)) + " bytes",
                                 why, "check that the folder exists, is writable and has room"});
  }
  if (!sync_folder(folder_of(path))) {
    throw Error(ErrorKind::kIo, {folder_of(path), "to flush the folder", cause(),
                                 "the file is written but may not survive a power cut"});
  }
}

void write_file_atomically(const std::string& path, const void* bytes, std::size_t size) {
  write_file_atomically(path, {BytePiece{bytes, size}});
}

void write_file_atomically(const std::string& path, const std::string& text) {
  write_file_atomically(path, text.data(), text.size());
}

std::string read_file(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    throw Error(missing ? ErrorKind::kNotFound : ErrorKind::kIo,
                {path, "a readable file", cause(), ""});
  }
  struct stat about {};
  if (::fstat(file.number(), &about) != 0 || !S_ISREG(about.st_mode)) {
    throw Error(ErrorKind::kIo, {path, "a regular file", "a folder or device", ""});
  }
  std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
  if (!read_all(file.number(), bytes)) {
    throw Error(ErrorKind::kIo, {path, "to read the file", cause(), ""});
  }
  return bytes;
}

void create_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || !std::filesystem::is_directory(path, error)) {
    throw Error(ErrorKind::kIo,
                {path, "to create the folder", error ? error.message() : "a file of that name",
                 "choose another folder with --output-dir"});
  }
}

}  // namespace kairo
