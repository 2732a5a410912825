#include "bench/child_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "bench/timing.h"
#include "core/base/error.h"

extern char** environ;

namespace kairo {
namespace {

double in_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

// Spawned, not forked: a fork would copy this process's page tables at the child's cost. The
// child's peak is at least this process's own, which it shares until it begins.
ChildCost run_child(const std::string& name, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {KAIRO_BIN_DIR "/" + name};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  int status = -1;
  bool has_ended = false;
  rusage usage{};
  const double seconds = seconds_of([&] {
    has_ended =
        posix_spawn(&child, pointers[0], &actions, nullptr, pointers.data(), environ) == 0 &&
        wait4(child, &status, 0, &usage) == child;
  });
  posix_spawn_file_actions_destroy(&actions);
  if (!has_ended || status != 0) {
    throw Error(ErrorKind::kIo)
        .at(words[0])
        .fact("the program ended with exit code " + std::to_string(status) +
              ", so there is no time to print");
  }
  return {seconds, in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) / 1024};
}

}  // namespace kairo
