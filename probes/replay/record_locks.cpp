#include "probes/replay/record_locks.h"

#include <filesystem>

#include "core/files/atomic_file.h"

namespace kairo {

bool RecordLocks::take(const RunDirectory& run, const std::set<std::string>& probes,
                       const std::string& label, const std::atomic<bool>* stop,
                       const std::function<void(const std::string&)>& say) {
  for (const std::string& probe : probes) {
    const std::string path = run.record_lock(probe, label);
    create_folder(std::filesystem::path(path).parent_path().string());
    locks_.push_back(std::make_unique<WorkLock>(path));
    const auto say_holder = [&](const std::string& holder) {
      if (say) say("waiting for " + holder + ", which is measuring " + probe);
    };
    if (!locks_.back()->wait("measuring " + probe, stop, say_holder)) return false;
  }
  return true;
}

}  // namespace kairo
