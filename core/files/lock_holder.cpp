#include "core/files/lock_holder.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/files/safe_name.h"

namespace kairo {
namespace {

std::string this_host() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "unknown";
  return name.data();
}

std::string first_word(const std::string& path) {
  std::ifstream file(path);
  std::string word;
  file >> word;
  return word;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Field 22 of /proc/PID/stat. Field 2 is the program's name in brackets and may hold spaces.
std::string start_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return "";
  std::istringstream rest(line.substr(name_end + 1));
  constexpr int kFieldsBetween = 20;
  std::string field;
  for (int i = 0; i < kFieldsBetween && rest >> field; ++i) {
  }
  return rest ? field : "";
}

void take_word(const std::string& word, LockHolder& holder) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos) return;
  const std::string name = word.substr(0, equals), value = word.substr(equals + 1);
  if (name == "started") holder.started = value;
  if (name == "boot") holder.boot = value;
  if (name != "job") return;
  const std::size_t slash = value.rfind('/');
  holder.job = value.substr(0, slash);
  if (slash != std::string::npos) {
    holder.restarts = std::strtol(value.c_str() + slash + 1, nullptr, 10);
  }
}

}  // namespace

LockHolder this_process() {
  LockHolder holder;
  holder.host = this_host();
  holder.process = std::to_string(::getpid());
  holder.started = start_of(holder.process);
  holder.boot = first_word("/proc/sys/kernel/random/boot_id");
  holder.job = variable("SLURM_JOB_ID");
  holder.restarts = std::strtol(variable("SLURM_RESTART_COUNT").c_str(), nullptr, 10);
  return holder;
}

std::string to_line(const LockHolder& holder) {
  std::string line = holder.host + " " + holder.process;
  if (!holder.started.empty()) line += " started=" + holder.started;
  if (!holder.boot.empty()) line += " boot=" + holder.boot;
  if (!holder.job.empty()) line += " job=" + holder.job + "/" + std::to_string(holder.restarts);
  return line + "\n";
}

LockHolder read_holder(int file) {
  std::array<char, 512> bytes{};
  const ssize_t came = ::pread(file, bytes.data(), bytes.size(), 0);
  const std::string text(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(came, 0)));
  LockHolder holder;
  const std::size_t end = text.find('\n');
  if (end == std::string::npos) return holder;
  std::istringstream words(text.substr(0, end));
  words >> holder.host >> holder.process;
  for (std::string word; words >> word;) take_word(word, holder);
  return holder;
}

bool is_on_this_machine(const LockHolder& holder) {
  const LockHolder here = this_process();
  return holder.host == here.host || (!here.boot.empty() && holder.boot == here.boot);
}

bool is_earlier_start_of_this_job(const LockHolder& holder) {
  const LockHolder here = this_process();
  return !here.job.empty() && holder.job == here.job && holder.restarts < here.restarts;
}

bool is_alive(const LockHolder& holder) {
  char* end = nullptr;
  const long process = std::strtol(holder.process.c_str(), &end, 10);
  if (process <= 0 || *end != '\0' || process == ::getpid()) return false;
  if (::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH) return false;
  const std::string started = start_of(holder.process);
  return holder.started.empty() || started.empty() || holder.started == started;
}

std::string described(const LockHolder& holder) {
  if (holder.host.empty()) return "another process";
  const std::string process = "process " + quoted(holder.process);
  return process + (holder.host == this_host() ? std::string(" on this machine")
                                               : " on the host " + quoted(holder.host));
}

}  // namespace kairo
