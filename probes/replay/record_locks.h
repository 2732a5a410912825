// The locks of several probes' records (core/files/work_lock.h), held until the object goes. Thread
// rule: belongs to one thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/files/work_lock.h"
#include "core/store/run_directory.h"

namespace kairo {

class RecordLocks {
 public:
  // Waits for each of `probes` in one order, so that two replays never wait for each other. `say`
  // (may be empty) gets a line if it waits for another process. False where `stop` (may be
  // null) was set meanwhile. Throws as WorkLock::wait.
  bool take(const RunDirectory& run, const std::set<std::string>& probes, const std::string& label,
            const std::atomic<bool>* stop, const std::function<void(const std::string&)>& say);

 private:
  std::vector<std::unique_ptr<WorkLock>> locks_;
};

}  // namespace kairo
