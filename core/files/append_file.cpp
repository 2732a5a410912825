#include "core/files/append_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/files/file_calls.h"

namespace kairo {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& cause) {
  throw Error(ErrorKind::kIo)
      .at(path)
      .fact("nothing can be appended: " + cause)
      .hint("check that the folder exists, is writable and has room");
}

}  // namespace

AppendFile::AppendFile(const std::string& path, AppendMode mode)
    : path_(path), mode_(mode), file_(file_calls::open(path, O_WRONLY | O_CREAT | O_APPEND)) {
  if (file_.number() < 0) fail(path_, system_cause());
  if (mode_ == AppendMode::kSynced && !file_calls::sync_folder(file_calls::folder_of(path_))) {
    fail(path_, system_cause());
  }
}

void AppendFile::append(const std::string& text) {
  const off_t size = lseek(file_.number(), 0, SEEK_END);
  const bool written = file_calls::write(file_.number(), text.data(), text.size());
  if (written && (mode_ == AppendMode::kFlushed || file_calls::sync(file_.number()))) return;
  const std::string cause = system_cause();
  // A part of a line would run together with the next one.
  if (size >= 0 && ftruncate(file_.number(), size) != 0) fail(path_, cause + "; a part is written");
  fail(path_, cause);
}

}  // namespace kairo
