// Runs a function in a child process, to see it die.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>

namespace kairo {

enum class ChildEnd { kDone, kThrew, kKilled, kOther };

template <typename Function>
ChildEnd end_of_child(Function function) {
  const pid_t child = fork();
  if (child == 0) {
    try {
      function();
    } catch (const std::exception&) {
      _exit(3);
    }
    _exit(0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return ChildEnd::kOther;
  if (WIFSIGNALED(status))
    return WTERMSIG(status) == SIGKILL ? ChildEnd::kKilled : ChildEnd::kOther;
  if (WEXITSTATUS(status) == 0) return ChildEnd::kDone;
  return WEXITSTATUS(status) == 3 ? ChildEnd::kThrew : ChildEnd::kOther;
}

}  // namespace kairo
