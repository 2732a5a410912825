// Failpoints: a place before and one behind every call that changes a file. A test makes one of
// them the end of the process, or the call fail as a full or broken disk would let it.
//
//   KAIRO_FAILPOINT=die-before:7    the process ends before its 7th call (as by SIGKILL)
//   KAIRO_FAILPOINT=die-after:7     ... right behind it
//   KAIRO_FAILPOINT=die-within:7    ... after half of its bytes, where it is a write
//   KAIRO_FAILPOINT=takes-nothing:7 the 7th call, where it is a write, returns 0 and sets no errno
//   KAIRO_FAILPOINT=ENOSPC:7        the 7th call is not made and fails: also EIO, EROFS, EDQUOT
//   KAIRO_FAILPOINT=ENOSPC:7-       that and every later one
//
// Calls are counted from 1 over the process: open, write, fsync, rename and unlink of
// core/files/file_calls.h, through which every file of the project is written. Without the
// variable a call costs two loads more. A variable that cannot be understood ends the program
// (kUsage): a test of nothing must not pass.
//
// Thread rule: any thread may call any of these but set_failpoint, during which no other may be in
// a call that changes a file: the plan is read without a lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace kairo {

// Sets what the environment variable would ("" for none) and counts from 1 again; see the thread
// rule. kUsage.
void set_failpoint(const std::string& text);

// Calls passed since the start or the last set_failpoint; counted only while one is set.
int64_t calls_at_failpoints();

namespace failpoint {

// False, with errno set, where the call shall fail instead of being made.
bool before();
void after();
// How many of `size` bytes a write shall take.
std::size_t bytes_to_write(std::size_t size);

}  // namespace failpoint

// Makes a system call between its two failpoints; `call` returns false with errno set where it
// fails.
template <typename Call>
bool between_failpoints(Call call) {
  if (!failpoint::before()) return false;
  const bool done = call();
  failpoint::after();
  return done;
}

}  // namespace kairo
