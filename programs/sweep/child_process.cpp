#include "programs/sweep/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "core/base/error.h"
#include "core/files/file_calls.h"
#include "core/files/file_descriptor.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostOutput = std::size_t{1} << 20;
constexpr int kSignalBase = 128;  // as shells count a death by signal

[[noreturn]] void fail_child(const std::string& what, int error) {
  throw Error(ErrorKind::kIo).at(what).fact(std::strerror(error));
}

pid_t spawn(const Command& command, int out, int err) {
  std::vector<char*> arguments;
  for (const std::string& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail_child(command[0] + " cannot be started", error);
  return pid;
}

int exit_code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

int status_at_end(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) fail_child("waitpid", errno);
  }
  return status;
}

std::string content(int file) {
  std::string text(kMostOutput, '\0');
  const ssize_t n = pread(file, &text[0], text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  return text;
}

}  // namespace

std::string find_program(const std::string& name) {
  std::vector<fs::path> folders;
  std::error_code error;
  folders.push_back(fs::read_symlink("/proc/self/exe", error).parent_path());
  const char* path = std::getenv("PATH");
  std::istringstream parts(path == nullptr ? "" : path);
  for (std::string part; std::getline(parts, part, ':');) folders.emplace_back(part);
  for (const fs::path& folder : folders) {
    const fs::path file = folder / name;
    if (fs::is_regular_file(file, error) && access(file.c_str(), X_OK) == 0) return file.string();
  }
  throw Error(ErrorKind::kNotFound)
      .at(name)
      .fact("there is no such program beside sweep or on PATH")
      .hint("build it, or make install");
}

Child::Child(const Command& command, const std::string& log) {
  const FileDescriptor file(file_calls::open(log, O_WRONLY | O_CREAT | O_APPEND));
  const std::string line = "$ " + shell_quoted(command) + "\n";
  if (file.number() < 0 || !file_calls::write(file.number(), line.data(), line.size())) {
    fail_child(log, errno);
  }
  pid_ = spawn(command, file.number(), file.number());
}

std::optional<int> Child::poll() {
  int status = 0;
  if (!code_ && waitpid(pid_, &status, WNOHANG) == pid_) code_ = exit_code(status);
  return code_;
}

void Child::wait() {
  if (!code_) code_ = exit_code(status_at_end(pid_));
}

void Child::interrupt() const {
  if (!code_) kill(pid_, SIGTERM);
}

CommandOutput output_of(const Command& command) {
  const FileDescriptor out(memfd_create("output", MFD_CLOEXEC));
  const FileDescriptor err(memfd_create("errors", MFD_CLOEXEC));
  if (out.number() < 0 || err.number() < 0) fail_child("memfd_create", errno);
  const int code = exit_code(status_at_end(spawn(command, out.number(), err.number())));
  return {code, content(out.number()), content(err.number())};
}

}  // namespace kairo
