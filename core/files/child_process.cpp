#include "core/files/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "core/files/file_calls.h"
#include "core/files/file_descriptor.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr int kSignalBase = 128;
constexpr const char* kMakeRoom = "free memory, or lift the limit on file sizes (ulimit -f)";

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& each : texts) pointers.push_back(const_cast<char*>(each.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

class Actions {
 public:
  Actions() { posix_spawn_file_actions_init(&actions_); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  // The child's `stream` is `file`, or /dev/null.
  void connect(int file, int stream) {
    if (file >= 0) {
      posix_spawn_file_actions_adddup2(&actions_, file, stream);
    } else {
      const int flags = stream == STDIN_FILENO ? O_RDONLY : O_WRONLY;
      posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", flags, 0);
    }
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

ProcessEnd end_of(int status, const rusage& usage) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return {WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status),
          seconds(usage.ru_utime) + seconds(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) / 1024};
}

int file_in_memory(const char* name) {
  const int file = memfd_create(name, MFD_CLOEXEC);
  if (file >= 0) return file;
  throw Error(ErrorKind::kIo)
      .at("a child's streams")
      .fact("no file in memory: " + system_cause())
      .hint(kMakeRoom);
}

std::string content(const FileDescriptor& file) {
  return read_file("/proc/self/fd/" + std::to_string(file.number()));
}

}  // namespace

Environment own_environment() {
  Environment all;
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  return all;
}

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
      .fact("there is no such program beside this one or on PATH")
      .hint("build it, or make install");
}

Child::Child(const Command& command, const ChildStreams& streams, const Environment& environment) {
  Actions actions;
  actions.connect(streams.in, STDIN_FILENO);
  actions.connect(streams.out, STDOUT_FILENO);
  actions.connect(streams.err, STDERR_FILENO);
  const std::vector<char*> arguments = pointers_to(command), variables = pointers_to(environment);
  const int error =
      posix_spawnp(&pid_, arguments[0], actions.get(), nullptr, arguments.data(), variables.data());
  if (error == 0) return;
  throw Error(error == ENOENT ? ErrorKind::kNotFound : ErrorKind::kIo)
      .at(command[0])
      .fact(std::string("the program cannot be started: ") + std::strerror(error));
}

Child::Child(const Command& command, const std::string& log) {
  const FileDescriptor file(file_calls::open(log, O_WRONLY | O_CREAT | O_APPEND));
  const std::string line = "$ " + shell_quoted(command) + "\n";
  if (file.number() < 0 || !file_calls::write(file.number(), line.data(), line.size())) {
    throw Error(ErrorKind::kIo).at(log).fact(system_cause());
  }
  *this = Child(command, ChildStreams{-1, file.number(), file.number()});
}

std::optional<ProcessEnd> Child::poll() {
  int status = 0;
  rusage usage{};
  if (!end_ && wait4(pid_, &status, WNOHANG, &usage) == pid_) end_ = end_of(status, usage);
  return end_;
}

ProcessEnd Child::wait() {
  int status = 0;
  rusage usage{};
  if (!end_ && uninterrupted([&] { return wait4(pid_, &status, 0, &usage); }) < 0) {
    throw Error(ErrorKind::kIo).at("a child process").fact("it is lost: " + system_cause());
  }
  if (!end_) end_ = end_of(status, usage);
  return *end_;
}

void Child::interrupt() const {
  if (!end_) kill(pid_, SIGTERM);
}

CommandOutput output_of(const Command& command, const std::string& in,
                        const Environment& environment) {
  const FileDescriptor input(file_in_memory("input")), out(file_in_memory("output")),
      err(file_in_memory("errors"));
  if (!file_calls::write(input.number(), in.data(), in.size()) ||
      lseek(input.number(), 0, SEEK_SET) != 0) {
    throw Error(ErrorKind::kIo)
        .at(command[0])
        .fact("its input could not be written: " + system_cause())
        .hint(kMakeRoom);
  }
  Child child(command, {input.number(), out.number(), err.number()}, environment);
  const int code = child.wait().code;
  return {code, content(out), content(err)};
}

}  // namespace kairo
