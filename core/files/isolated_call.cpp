#include "core/files/isolated_call.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <exception>

#include "core/base/error.h"

namespace kairo {
namespace {

constexpr char kReturned = 'r';
constexpr char kThrew = 't';
constexpr int kUnanswered = 75;  // an end that is neither ours nor a sanitizer's otherwise
constexpr unsigned kFirstFile = STDERR_FILENO + 1;

[[noreturn]] void fail_call(const std::string& what) {
  throw Error(ErrorKind::kIo).at(what).fact(system_cause());
}

// Bytes of address space that this process has: a limit on growth has to be added to them.
rlim_t address_space() {
  long long pages = 0;
  if (FILE* file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%lld", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return static_cast<rlim_t>(pages) * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

void limit(int resource, rlim_t most) {
  const rlimit both{most, most};
  setrlimit(resource, &both);  // where a lower one stands already, that one holds
}

void restrict_this_process(const CallLimits& limits, rlim_t used) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, static_cast<rlim_t>(limits.cpu_seconds));
  if (used > 0) limit(RLIMIT_AS, used + limits.memory);
  for (int number = 1; number < NSIG; ++number) {  // whatever the caller catches
    struct sigaction now {};
    if (sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) signal(number, SIG_DFL);
  }
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
}

// A caller that is killed takes the child with it, and meanwhile the child has none of the caller's
// locks (flock(2) is held by every copy of an open file) and files: `answer` is the only one that
// it keeps. A kernel before 5.9 has no close_range; there the child's end alone lets go of them.
void belong_to(pid_t caller, int answer) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != caller) _exit(kUnanswered);  // it was killed before that
  const auto file = static_cast<unsigned>(answer);
  if (file > kFirstFile) close_range(kFirstFile, file - 1, 0);
  close_range(file + 1, UINT_MAX, 0);
}

bool write_all(int file, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = uninterrupted([&] { return write(file, bytes, size); });
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

[[noreturn]] void answer(int file, char kind, const std::string& text) {
  const bool whole = write_all(file, &kind, 1) && write_all(file, text.data(), text.size());
  _exit(whole ? 0 : kUnanswered);
}

[[noreturn]] void run_in_child(const std::function<std::string()>& function, int file) {
  try {
    answer(file, kReturned, function());
  } catch (const std::bad_alloc&) {
    answer(file, kThrew, "it asks for more memory than its size allows");
  } catch (const std::exception& error) {
    answer(file, kThrew, error.what());
  }
}

std::string contents(int file) {
  struct stat about {};
  if (fstat(file, &about) != 0) fail_call("a child's answer");
  std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
  for (std::size_t filled = 0; filled < bytes.size();) {
    const ssize_t came = uninterrupted([&] {
      return pread(file, &bytes[filled], bytes.size() - filled, static_cast<off_t>(filled));
    });
    if (came <= 0) fail_call("a child's answer");
    filled += static_cast<std::size_t>(came);
  }
  return bytes;
}

int status_at_end(pid_t child) {
  int status = 0;
  if (uninterrupted([&] { return waitpid(child, &status, 0); }) < 0) fail_call("a child process");
  return status;
}

std::string reason_of(int status) {
  if (!WIFSIGNALED(status)) return "it ends the process that reads it";
  if (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL) {
    return "reading it takes more time than its size allows";
  }
  return "it crashes the process that reads it (signal " + std::to_string(WTERMSIG(status)) + ")";
}

}  // namespace

IsolatedCall::IsolatedCall(const std::function<std::string()>& function, const CallLimits& limits)
    : answer_(memfd_create("answer", MFD_CLOEXEC)) {
  if (answer_.number() < 0) fail_call("memory for a child's answer");
  const rlim_t used = address_space();
  const pid_t caller = getpid();
  child_ = fork();
  if (child_ < 0) fail_call("a child process");
  if (child_ > 0) return;
  belong_to(caller, answer_.number());
  restrict_this_process(limits, used);
  run_in_child(function, answer_.number());
}

IsolatedCall::~IsolatedCall() {
  if (child_ <= 0) return;
  kill(child_, SIGKILL);
  uninterrupted([&] { return waitpid(child_, nullptr, 0); });
}

bool IsolatedCall::finish(std::string& result) {
  const pid_t child = child_;
  child_ = 0;
  const int status = status_at_end(child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kUnanswered) {
    throw Error(ErrorKind::kIo)
        .at("a child's answer")
        .fact("the system refused to keep it in memory")
        .hint("free memory, or lift the limit on file sizes (ulimit -f)");
  }
  result = contents(answer_.number());
  const bool answered = WIFEXITED(status) && WEXITSTATUS(status) == 0 && !result.empty();
  if (!answered) {
    result = reason_of(status);
    return false;
  }
  const bool returned = result.front() == kReturned;
  result.erase(0, 1);
  return returned;
}

}  // namespace kairo
