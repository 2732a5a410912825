// An open file that is closed whatever happens.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace kairo {

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() { close(); }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  int number() const { return number_; }  // below 0: it could not be opened
  // The number, which is the caller's to close.
  int release() {
    const int released = number_;
    number_ = -1;
    return released;
  }
  // False where the system reports a late write error.
  bool close() {
    const int closing = number_;
    number_ = -1;
    return closing < 0 || ::close(closing) == 0;
  }

 private:
  int number_;
};

// What `call` returns, one of the system's that says -1 and EINTR where a signal came in its midst:
// it is then made again.
template <typename Call>
auto uninterrupted(Call call) {
  auto came = call();
  while (came < 0 && errno == EINTR) came = call();
  return came;
}

// What the system says of its last failure.
inline std::string system_cause() { return std::strerror(errno); }

}  // namespace kairo
