#include "core/files/failpoint.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <map>

#include "core/base/error.h"

namespace kairo {
namespace {

enum class Action { kNone, kDieBefore, kDieWithin, kDieAfter, kTakeNothing, kFail };

struct Plan {
  Action action = Action::kNone;
  int error = 0;  // errno of kFail
  int64_t first = 0;
  bool and_later = false;
};

// `armed` is stored last and loaded first: who sees it sees the plan.
std::atomic<bool> armed{false};
Plan plan;
std::atomic<int64_t> count{0};
// The number of the call that this thread is in.
thread_local int64_t current = 0;

const std::map<std::string, Plan>& words() {
  static const std::map<std::string, Plan> all = {
      {"die-before", {Action::kDieBefore, 0, 0, false}},
      {"die-within", {Action::kDieWithin, 0, 0, false}},
      {"die-after", {Action::kDieAfter, 0, 0, false}},
      {"takes-nothing", {Action::kTakeNothing, 0, 0, false}},
      {"ENOSPC", {Action::kFail, ENOSPC, 0, false}},
      {"EIO", {Action::kFail, EIO, 0, false}},
      {"EROFS", {Action::kFail, EROFS, 0, false}},
      {"EDQUOT", {Action::kFail, EDQUOT, 0, false}},
  };
  return all;
}

Plan parse(const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto word = words().find(text.substr(0, colon));
  Plan parsed;
  bool fits = colon != std::string::npos && word != words().end();
  if (fits) {
    parsed = word->second;
    parsed.and_later = text.back() == '-';
    const char* end = text.data() + text.size() - (parsed.and_later ? 1 : 0);
    const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, parsed.first);
    fits = error == std::errc() && stopped == end && parsed.first >= 1;
  }
  if (fits) return parsed;
  throw Error(ErrorKind::kUsage)
      .at("KAIRO_FAILPOINT")
      .expected("die-before:7, die-after:7, ENOSPC:7 or alike")
      .came(text)
      .hint("unset it: it is for tests alone");
}

bool is_armed() {
  static const bool from_environment = [] {
    const char* text = std::getenv("KAIRO_FAILPOINT");
    if (text != nullptr) set_failpoint(text);
    return true;
  }();
  static_cast<void>(from_environment);
  return armed.load(std::memory_order_acquire);
}

bool is_hit(Action action) {
  return plan.action == action &&
         (current == plan.first || (plan.and_later && current > plan.first));
}

// Nothing is flushed and no handler runs.
[[noreturn]] void die() {
  kill(getpid(), SIGKILL);
  _exit(128 + SIGKILL);
}

}  // namespace

void set_failpoint(const std::string& text) {
  armed = false;
  plan = text.empty() ? Plan{} : parse(text);
  count = 0;
  armed = !text.empty();
}

int64_t calls_at_failpoints() { return count; }

namespace failpoint {

bool before() {
  if (!is_armed()) return true;
  current = ++count;
  if (is_hit(Action::kDieBefore)) die();
  if (!is_hit(Action::kFail)) return true;
  errno = plan.error;
  return false;
}

void after() {
  if (is_armed() && (is_hit(Action::kDieAfter) || is_hit(Action::kDieWithin))) die();
}

std::size_t bytes_to_write(std::size_t size) {
  if (!is_armed()) return size;
  if (is_hit(Action::kTakeNothing)) return 0;
  return is_hit(Action::kDieWithin) ? size / 2 : size;
}

}  // namespace failpoint
}  // namespace kairo
