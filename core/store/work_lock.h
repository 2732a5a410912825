// One process at a time at one piece of work: a lock file that says who holds it.
//
// The lock is flock(2)'s on the file; its text is "HOST PID". The system lets go of it when the
// holder dies, however it dies, so the file that a killed process left is no obstacle on its own
// host. A file system that does not carry locks between hosts would grant one twice: a file that
// names another host is therefore refused until somebody removes it. The file goes with the lock,
// but where children hold it too it stays, empty. Thread rule: belongs to one thread.
#pragma once

#include <atomic>
#include <functional>
#include <string>

namespace kairo {

// Whether programs that the holder starts hold the lock too: where the holder is killed and they go
// on, nobody else gets at their work.
enum class LockChildren { kLetGo, kHold };

class WorkLock {
 public:
  // Takes nothing yet; the folder of `path` exists.
  explicit WorkLock(const std::string& path, LockChildren children = LockChildren::kLetGo);
  ~WorkLock();  // lets go
  WorkLock(const WorkLock&) = delete;
  WorkLock& operator=(const WorkLock&) = delete;

  // kIo naming `what` is being done ("training"), the holder's process and host, and the file.
  void take(const std::string& what);

  // Waits for its turn; `say` gets the holder ("process 7 on this machine") once where there is
  // one. False where `stop` (may be null) was set meanwhile. kIo as take for a file of another
  // host, which nobody may ever let go of.
  bool wait(const std::string& what, const std::atomic<bool>* stop,
            const std::function<void(const std::string& holder)>& say);

 private:
  bool try_take(const std::string& what);
  [[noreturn]] void refuse(const std::string& what, const std::string& hint) const;

  std::string path_;
  LockChildren children_;
  int file_ = -1;
  std::string holder_;  // after a try that failed
};

}  // namespace kairo
