// What reader and writer share; no other file includes it.
//
// Debian's HDF5 keeps global state that its high-level library does not guard, and its C++ classes
// throw exceptions of their own: every use of HDF5 goes through `guarded`.
#pragma once

#include <H5Cpp.h>

#include <memory>
#include <mutex>
#include <string>

#include "core/base/error.h"

namespace kairo {

// Holds the process-wide mutex and keeps HDF5 from printing (a setting per thread).
class Hdf5Lock {
 public:
  Hdf5Lock();

 private:
  std::lock_guard<std::mutex> lock_;
};

// HDF5's exception as ours.
Error hdf5_error(ErrorKind kind, const std::string& where, const H5::Exception& error);

// Runs `function` under the lock; HDF5's exceptions become `kind` at `where`. HDF5 objects made in
// `function` are closed before the lock is let go.
template <typename Function>
auto guarded(ErrorKind kind, const std::string& where, Function function) {
  Hdf5Lock lock;
  try {
    return function();
  } catch (const H5::Exception& error) {
    throw hdf5_error(kind, where, error);
  }
}

// For calls of the C library: a negative status becomes an exception that `guarded` knows.
template <typename Status>
Status checked(Status status, const char* call) {
  if (status < 0) throw H5::Exception(call, "failed");
  return status;
}

// The group or dataset at `path`. (Shared only because the base class hides its destructor.)
std::shared_ptr<H5::H5Object> open_object(const H5::H5File& file, const std::string& path);

}  // namespace kairo
