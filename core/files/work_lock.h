// One process at a time at one piece of work: a lock file that says who holds it.
//
// 1. The lock is flock(2)'s on the file; its text names the holder (core/files/lock_holder.h). The
//    system lets go of it when the holder dies, however it dies, so the file that a killed process
//    left is no obstacle on its own machine, whatever its containers call themselves.
// 2. A file system that does not carry locks between hosts would grant one twice. A file that names
//    another machine is therefore refused until somebody deletes it, unless Slurm has requeued the
//    job that held it.
// 3. On a file system without locks the holder's process is looked for instead, and one warning
//    (spdlog's default logger) says that other machines are not kept out.
// The file goes with the lock; if children hold it too it stays, empty.
// Thread rule: belongs to one thread.
#pragma once

#include <atomic>
#include <functional>
#include <string>

namespace kairo {

// Whether programs that the holder starts hold the lock too: where the holder is killed and they go
// on, nobody else gets at their work.
enum class LockChildren { kLetGo, kHold };

enum class LockState {
  kFree,     // nobody holds it, or what is there was left by a killed process
  kHeld,     // by a process
  kUnknown,  // by one of another machine, which may be gone
};

struct LockView {
  LockState state = LockState::kFree;
  std::string holder;  // "process "7" on this machine"
};

// Takes nothing and changes nothing; the answer may be old when it comes.
LockView look_at_lock(const std::string& path);

class WorkLock {
 public:
  // Takes nothing yet; the folder of `path` exists. `way_out`: what to do if the file cannot be
  // written.
  explicit WorkLock(const std::string& path, LockChildren children = LockChildren::kLetGo,
                    const std::string& way_out = "");
  ~WorkLock();  // lets go
  WorkLock(const WorkLock&) = delete;
  WorkLock& operator=(const WorkLock&) = delete;

  // kIo naming `what` the holder does ("training this run"), its process and host, and the file.
  void take(const std::string& what);

  // Waits for its turn; `say` gets the holder ("process 7 on this machine") once, if there is one.
  // False if `stop` (may be null) was set meanwhile. kIo as take() for a file of another machine,
  // which nobody may ever let go of.
  bool wait(const std::string& what, const std::atomic<bool>* stop,
            const std::function<void(const std::string& holder)>& say);

 private:
  bool try_take(const std::string& what);

  std::string path_;
  LockChildren children_;
  std::string way_out_;
  int file_ = -1;
  std::string holder_;  // after a try that failed
};

}  // namespace kairo
