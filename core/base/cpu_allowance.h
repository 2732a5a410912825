// How many processors this process may use: the number of threads or jobs that a program starts if
// nobody says one.
//
// It is the smaller of
//  - the CPUs of the process's affinity mask (taskset, Slurm's task/affinity, cpusets), and
//  - the CPU quota of its control group and of every group above it, rounded up: `cpu.max` (version
//    2) or `cpu.cfs_quota_us` and `cpu.cfs_period_us` (version 1). Containers and Slurm set these.
// More threads than that wait for each other and make a run slower. The variable OMP_NUM_THREADS
// does not count: threads of a run are workers of its own, not OpenMP's. Thread rule: pure.
#pragma once

#include <optional>
#include <string>

namespace kairo {

// At least 1.
int allowed_cpus();

// The quota in CPUs, 1.5 for example; nothing if there is none. `root` stands before every path, ""
// on a real system: tests make a /proc and control groups of their own.
std::optional<double> cpu_quota(const std::string& root = "");

}  // namespace kairo
