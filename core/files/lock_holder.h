// Who holds a lock file (core/files/work_lock.h): its one line of text.
//
//     HOST PID started=T boot=ID job=ID/N
//
// T is when the process began (clock ticks since the machine started), ID of boot the kernel's
// random number of this start of the machine, which all its containers share; job is Slurm's job
// and how often it was requeued. What is unknown is left out. Thread rule: pure, but for reading
// /proc and the environment.
#pragma once

#include <string>

namespace kairo {

struct LockHolder {
  std::string host;  // "" if the file says nothing
  std::string process;
  std::string started;
  std::string boot;
  std::string job;
  long restarts = 0;
};

LockHolder this_process();

// With its line end. A holder that was killed while it wrote left no line end and says nothing.
std::string to_line(const LockHolder& holder);
LockHolder read_holder(int file);

// The same host, or another container of it: flock(2) then tells whether the holder lives.
bool is_on_this_machine(const LockHolder& holder);

// Slurm has killed this job and started it again, perhaps on another host: the holder is gone.
bool is_earlier_start_of_this_job(const LockHolder& holder);

// For file systems without locks: whether that process of this machine is there.
bool is_alive(const LockHolder& holder);

// "process "7" on this machine"
std::string described(const LockHolder& holder);

}  // namespace kairo
