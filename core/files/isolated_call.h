// A call in a child process (fork): where it crashes, loops for ever or asks for all memory, that
// is an error here and not the end of the program.
//
// The child has the calling thread alone, and a copy of everything the others were in the midst of.
// So the function may take no lock that another thread could hold at the fork, but for malloc's
// (which the C library releases in a child): it calls neither LibTorch nor a logger. A lock that it
// needs is held by the caller while the object is made. In the child nothing is printed, no core is
// kept, no handler of the program runs, no file or lock of the caller is open. It ends with its
// caller, however that ends.
//
// Thread rule: each object belongs to one thread, and is gone when the thread ends (the child would
// end with it); any number may be at work.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "core/files/file_descriptor.h"

namespace kairo {

struct CallLimits {
  int64_t cpu_seconds = 1;
  std::size_t memory = std::size_t{1} << 30;  // bytes beyond what the program has
};

class IsolatedCall {
 public:
  // Starts the child. Throws kIo where the system allows none.
  IsolatedCall(const std::function<std::string()>& function, const CallLimits& limits);
  ~IsolatedCall();
  IsolatedCall(const IsolatedCall&) = delete;
  IsolatedCall& operator=(const IsolatedCall&) = delete;

  // Waits. What the function returned; false, with the reason in `result`, where it threw (the
  // exception's text), crashed or passed its limits.
  bool finish(std::string& result);

 private:
  FileDescriptor answer_;
  pid_t child_;
};

}  // namespace kairo
