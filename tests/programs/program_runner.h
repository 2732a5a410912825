// Runs a built program as a user would.
#pragma once

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/store/atomic_file.h"

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
  return text == nullptr ? otherwise : std::atoi(text);
}

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
    return start_shell("exec '" KAIRO_BIN_DIR "/" + program + "' " + arguments);
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
    const std::string command = "cd '" KAIRO_SOURCE_DIR "' && " + script;
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

}  // namespace kairo
