#include "programs/sweep/slurm_queue.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "core/base/error.h"
#include "core/config/field_values.h"

namespace kairo {
namespace {

const std::vector<std::string> kFinished = {"COMPLETED", "CANCELLED",     "FAILED",    "TIMEOUT",
                                            "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL", "DEADLINE"};

// In the queue and not at work. The four of requeuing come before PENDING.
const std::vector<std::string> kWaits = {"PENDING",      "CONFIGURING",  "REQUEUED", "REQUEUE_FED",
                                         "REQUEUE_HOLD", "SPECIAL_EXIT", "SUSPENDED"};

constexpr std::size_t kFewestArrayTasks = 1000;

bool is_in(const std::vector<std::string>& states, const std::string& state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TaskStates task_states(const std::string& squeue_output) {
  TaskStates states;
  std::istringstream lines(squeue_output);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t bar = line.find('|');
    if (bar == std::string::npos) continue;
    const std::string state = line.substr(bar + 1);
    if (is_in(kFinished, state)) continue;
    states[line.substr(0, bar)] = is_in(kWaits, state) ? TaskState::kWaiting : TaskState::kRunning;
  }
  return states;
}

std::optional<TaskStates> queued_tasks(std::string& problem) {
  const CommandOutput queue =
      output_of({find_program("squeue"), "--me", "--array", "--noheader", "--format=%i|%T"});
  if (queue.code == 0) return task_states(queue.out);
  problem = first_line(queue.err);
  return std::nullopt;
}

std::optional<std::string> job_named(const std::string& name) {
  const CommandOutput queue =
      output_of({find_program("squeue"), "--me", "--noheader", "--format=%F", "--name=" + name});
  const std::string number = first_line(queue.out);
  if (queue.code == 0 && number.empty()) return std::nullopt;
  if (queue.code == 0 && integer_in(number)) return number;
  throw Error(ErrorKind::kIo)
      .at("squeue")
      .fact("the number of the job array " + name +
            " cannot be read: " + first_line(queue.err + queue.out))
      .hint("some cells may still be in Slurm's queue: try again");
}

std::size_t most_array_tasks_in(const std::string& scontrol_output) {
  std::istringstream lines(scontrol_output);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, equals;
    std::size_t size = 0;
    if (words >> name >> equals >> size && name == "MaxArraySize" && size > 0) return size;
  }
  return kFewestArrayTasks;
}

std::size_t most_array_tasks() {
  try {
    return most_array_tasks_in(output_of({find_program("scontrol"), "show", "config"}).out);
  } catch (const Error&) {  // none there
    return kFewestArrayTasks;
  }
}

Command sbatch_command(const std::string& sbatch, const Submission& submission) {
  const std::string last = std::to_string(submission.n_tasks - 1);
  const std::string limit =
      submission.at_once > 0 ? "%" + std::to_string(submission.at_once) : std::string();
  Command command = {sbatch,
                     "--parsable",
                     "--job-name=" + submission.name,
                     "--array=0-" + last + limit,
                     "--chdir=" + std::filesystem::current_path().string(),
                     "--output=" + submission.output};
  command.insert(command.end(), submission.options.begin(), submission.options.end());
  command.push_back(submission.script);
  return command;
}

std::string submit(const std::string& sbatch, const Submission& submission) {
  const CommandOutput answer = output_of(sbatch_command(sbatch, submission));
  // "123" or "123;cluster"
  const std::string job = first_line(answer.out).substr(0, first_line(answer.out).find(';'));
  if (answer.code == 0 && integer_in(job)) return job;
  throw Error(ErrorKind::kIo)
      .at("sbatch")
      .fact("it gave no job number: " + first_line(answer.err + answer.out))
      .hint("the script is " + submission.script);
}

void cancel(const std::vector<std::string>& tasks) {
  if (tasks.empty()) return;
  Command command = {find_program("scancel"), "--quiet"};
  command.insert(command.end(), tasks.begin(), tasks.end());
  output_of(command);
}

}  // namespace kairo
