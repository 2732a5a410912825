// Runs a built program as a user would.
#pragma once

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "core/files/atomic_file.h"
#include "tests/paths.h"

namespace kairo {

// Overrides of `quick` that make a run of a second.
inline const std::string kTinyRun =
    " data.n_unique_b=6 data.k=3 model.n_layers=1 model.n_heads=2 model.d_model=16 model.d_head=8"
    " model.d_mlp=16 training.max_steps=6 training.warmup_steps=2 training.eval_every=3"
    " training.checkpoint_every=2 probes.n_examples=12 ";

constexpr int kKilled = 128 + 9;  // as a shell counts it

// Calls between two that are tried where a test tries calls that fail: KAIRO_CALL_STRIDE, else
// `otherwise`. 1 tries all, in minutes.
inline int call_stride(int otherwise) {
  const char* text = std::getenv("KAIRO_CALL_STRIDE");
  return text == nullptr ? otherwise : std::max(1, std::atoi(text));
}

// Which of `n_ways` to fail the try number `i` gets. A file takes six calls, and strides are 1 more
// than a multiple of six, so that the kinds of call come in turn: the ways must not keep step with
// them, or a rename would always meet the same one.
inline int way_of_try(int i, int n_ways) { return (i + i / 6) % n_ways; }

struct ProgramEnd {
  int code = -1;
  std::string out;
  std::string err;
};

// A folder of its own for one test, removed at its end.
class ProgramRunner {
 public:
  ProgramRunner() {
    std::string name = (std::filesystem::temp_directory_path() / "kairo_programs_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~ProgramRunner() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  ProgramRunner(const ProgramRunner&) = delete;
  ProgramRunner& operator=(const ProgramRunner&) = delete;

  const std::string& folder() const { return folder_; }

  // `arguments` as a shell reads them; the working folder is the source tree, where configs/ is.
  ProgramEnd run(const std::string& program, const std::string& arguments) const {
    return wait(start(program, arguments));
  }

  // A shell's script in the same folder.
  ProgramEnd shell(const std::string& script) const { return wait(start_shell(script)); }

  // One process, without a shell around it; several may run at once.
  pid_t start(const std::string& program, const std::string& arguments) const {
    return start_shell("exec '" + bin_dir() + "/" + program + "' " + arguments);
  }

  // code -1: ended by a signal.
  ProgramEnd wait(pid_t child) const {
    int status = 0;
    ::waitpid(child, &status, 0);
    const std::string name = folder_ + "/" + std::to_string(child);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(name + ".out"),
            read_file(name + ".err")};
  }

 private:
  pid_t start_shell(const std::string& script) const {
    const std::string command = "cd '" + source_dir() + "' && " + script;
    const pid_t child = ::fork();
    if (child != 0) return child;
    const std::string name = folder_ + "/" + std::to_string(::getpid());
    if (std::freopen((name + ".out").c_str(), "w", stdout) != nullptr &&
        std::freopen((name + ".err").c_str(), "w", stderr) != nullptr) {
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    }
    ::_exit(127);
  }

  std::string folder_;
};

// A program at work beside a test, which is killed where the test ends before it.
class RunningProgram {
 public:
  RunningProgram(const ProgramRunner& runner, const std::string& program,
                 const std::string& arguments)
      : runner_(runner), id_(runner.start(program, arguments)) {}
  ~RunningProgram() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  bool has_ended() const {
    siginfo_t about{};
    ::waitid(P_PID, static_cast<id_t>(id_), &about, WEXITED | WNOHANG | WNOWAIT);
    return about.si_pid == id_;
  }
  // What it has said on standard error.
  std::string said() const {
    const std::string path = runner_.folder() + "/" + std::to_string(id_) + ".err";
    return std::filesystem::exists(path) ? read_file(path) : "";
  }
  void interrupt() const { ::kill(id_, SIGTERM); }
  ProgramEnd wait() {
    const pid_t id = id_;
    id_ = 0;
    return runner_.wait(id);
  }

 private:
  const ProgramRunner& runner_;
  pid_t id_;
};

// Waits; false where the program ends before, or nothing comes of it in minutes.
template <typename Condition>
bool comes_true(Condition condition, const RunningProgram& program) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(10);
  while (!condition()) {
    if (program.has_ended() || std::chrono::steady_clock::now() > end) return condition();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace kairo
