#include "programs/interruption.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "programs/command_line/exit_code.h"

namespace kairo {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may not wait for a lock");

// A launcher may send one interruption to a process and to its group (GNU timeout does): repeats
// within this time are the same one.
constexpr int64_t kSameInterruptionMs = 1000;

constexpr int64_t kNone = INT64_MIN;
// If two threads get a signal at once, the one that sets this was first.
std::atomic<int64_t> first_at_ms{kNone};
static_assert(std::atomic<int64_t>::is_always_lock_free, "as above");

int64_t now_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);  // may be called in a signal handler
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

// Caught even if the caller ignores them: a shell ignores SIGINT for whatever its script starts
// with "&", and `kill -INT` still means it.
constexpr std::array kAlways{SIGINT, SIGTERM};

// All others that end a process and report no fault of its own: a terminal that is closed or says
// Ctrl-\\ (a second one ends at once), limits on processor time, timers, power that fails, and
// the two that batch systems send before they end a job. Ignored they stay ignored (nohup).
constexpr std::array kUnlessIgnored{SIGHUP,  SIGQUIT, SIGXCPU,   SIGUSR1, SIGUSR2,
                                    SIGALRM, SIGPWR,  SIGVTALRM, SIGPROF, SIGIO};

// Sent by somebody who wants an end: the others come again by themselves (SIGXCPU every second).
bool is_meant(int number) { return number == SIGINT || number == SIGTERM || number == SIGQUIT; }

extern "C" void on_signal(int number) {
  const int64_t now = now_ms();
  int64_t first = kNone;
  if (first_at_ms.compare_exchange_strong(first, now)) {
    interrupted = true;
  } else if (now - first > kSameInterruptionMs && is_meant(number)) {
    _exit(static_cast<int>(ExitCode::kInterrupted));
  }
}

}  // namespace

const std::atomic<bool>& catch_interruptions() {
  struct sigaction action {};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int number : kAlways) sigaction(number, &action, nullptr);
  for (const int number : kUnlessIgnored) {
    struct sigaction earlier {};
    sigaction(number, nullptr, &earlier);
    if (earlier.sa_handler == SIG_DFL) sigaction(number, &action, nullptr);
  }
  return interrupted;
}

}  // namespace kairo
