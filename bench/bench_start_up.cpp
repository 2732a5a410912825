// Start-up: the processor time (user + system) of each program's --help against that of an empty
// program linked with LibTorch, in turns. The latter loads some 280 libraries by itself, so a
// program that does without LibTorch starts in a fraction of it.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <sstream>
#include <string>
#include <vector>

#include "bench/result.h"
#include "bench/timing.h"
#include "hooks/error.h"

extern char** environ;

namespace kairo {
namespace {

constexpr int kRounds = 11;

const std::vector<std::string>& program_names() {
  static const std::vector<std::string> names = [] {
    std::istringstream all(KAIRO_PROGRAMS);
    std::vector<std::string> words;
    for (std::string word; all >> word;) words.push_back(word);
    return words;
  }();
  return names;
}

double in_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

// Processor seconds of `program --help`, which must end with 0. Spawned, not forked: a fork would
// copy this process's page tables at the child's cost.
double start(const std::string& program) {
  const std::string path = KAIRO_BIN_DIR "/" + program;
  std::string help = "--help";
  char* arguments[] = {const_cast<char*>(path.c_str()), help.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const bool spawned =
      posix_spawn(&child, path.c_str(), &actions, nullptr, arguments, environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  int status = -1;
  rusage usage{};
  if (!spawned || wait4(child, &status, 0, &usage) != child || status != 0) {
    throw Error(ErrorKind::kIo,
                {path + " --help", "exit code 0", std::to_string(status), "no timing is printed"});
  }
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

// The empty program's start is the floor.
void time_start(const std::string& program, benchmark::State& state) {
  std::vector<double> empty, ours;
  start("empty_main");
  start(program);
  for (int round = 0; round < kRounds; ++round) {
    empty.push_back(start("empty_main"));
    ours.push_back(start(program));
  }
  report(state, ours, median(empty));
}

}  // namespace

void register_benches() {
  for (const std::string& program : program_names()) {
    add_bench("start_up/" + program, [=](auto& state) { time_start(program, state); });
  }
}

}  // namespace kairo
