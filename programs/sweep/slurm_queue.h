// Slurm by its own commands: sbatch, squeue, scancel, scontrol. No accounting (sacct) is asked for:
// many clusters, and a small one's, have none.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/files/child_process.h"

namespace kairo {

// Requeued tasks (preemption, a node that failed, `scontrol requeue`) wait.
enum class TaskState { kWaiting, kRunning };

// Tasks of job arrays in the queue, by "JOB_TASK".
using TaskStates = std::map<std::string, TaskState>;

// Of `squeue --format=%i|%T` with --array; lines of other form are passed over. Finished states
// (which a squeue may show for a moment) are left out.
TaskStates task_states(const std::string& squeue_output);

// This user's tasks; nothing, and `problem` filled, where squeue fails: a controller may be away
// for a while. kNotFound where there is no squeue.
std::optional<TaskStates> queued_tasks(std::string& problem);

// The number of this user's job array of that name; nothing where the queue has none. kIo where
// squeue fails.
std::optional<std::string> job_named(const std::string& name);

// How many tasks one job array may have: MaxArraySize of `scontrol show config`, else 1000, one
// less than a Slurm has that sets nothing.
std::size_t most_array_tasks();
std::size_t most_array_tasks_in(const std::string& scontrol_output);

struct Submission {
  std::string script;  // file
  std::string name;    // by which job_named finds it
  std::size_t n_tasks = 0;
  std::size_t at_once = 0;           // 0: no limit
  std::string output;                // Slurm's own messages: "folder/%A_%a.log"
  std::vector<std::string> options;  // further ones for sbatch
};

// The arguments of `sbatch`, a file.
Command sbatch_command(const std::string& sbatch, const Submission& submission);

// Submits and returns the job's number. kIo with what sbatch said: it may have submitted all the
// same, where the controller's answer was lost.
std::string submit(const std::string& sbatch, const Submission& submission);

// Ends tasks ("123_0"); what Slurm says is passed over, since they may just have ended.
void cancel(const std::vector<std::string>& tasks);

}  // namespace kairo
