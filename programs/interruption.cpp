#include "programs/interruption.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>

#include "programs/exit_code.h"

namespace kairo {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may not wait for a lock");

// A launcher may send one interruption to a process and to its group (GNU timeout does): repeats
// within this time are the same one.
constexpr int64_t kSameInterruptionMs = 1000;

constexpr int64_t kNone = INT64_MIN;
// Of two threads that get a signal at once the one that sets it was first.
std::atomic<int64_t> first_at_ms{kNone};
static_assert(std::atomic<int64_t>::is_always_lock_free, "as above");

int64_t now_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);  // may be called in a signal handler
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

extern "C" void on_signal(int) {
  const int64_t now = now_ms();
  int64_t first = kNone;
  if (first_at_ms.compare_exchange_strong(first, now)) {
    interrupted = true;
  } else if (now - first > kSameInterruptionMs) {
    _exit(static_cast<int>(ExitCode::kInterrupted));
  }
}

}  // namespace

const std::atomic<bool>& catch_interruptions() {
  struct sigaction action {};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return interrupted;
}

}  // namespace kairo
