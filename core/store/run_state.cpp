#include "core/store/run_state.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "core/files/work_lock.h"

namespace kairo {
namespace {

const std::string kGoOn = "; `train --resume auto` goes on from its last checkpoint";

RunLife life_of(const std::string& status, const LockView& lock) {
  if (status.empty()) return RunLife::kUnknown;
  if (status != "running") return RunLife::kEnded;
  if (lock.state == LockState::kHeld) return RunLife::kAtWork;
  return lock.state == LockState::kFree ? RunLife::kLost : RunLife::kUnknown;
}

}  // namespace

std::string run_status(const std::string& run_file) {
  try {
    const auto json = nlohmann::json::parse(read_file(run_file), nullptr, false);
    return json.is_object() ? json.value("status", "") : "";
  } catch (const Error&) {
    return "";
  } catch (const nlohmann::json::exception&) {  // a status that is no text
    return "";
  }
}

RunLife run_life(const RunDirectory& run) {
  const std::string status = run_status(run.run_file());
  return life_of(status, status == "running" ? look_at_lock(run.train_lock()) : LockView());
}

std::string unfinished_text(const RunDirectory& run) {
  const std::string status = run_status(run.run_file());
  if (status == "interrupted") return run.root() + ": training was interrupted" + kGoOn;
  if (status == "failed") return run.root() + ": training failed (see train.log)" + kGoOn;
  if (status != "running") return "";
  const LockView lock = look_at_lock(run.train_lock());
  switch (life_of(status, lock)) {
    case RunLife::kAtWork:
      return run.root() + ": training goes on (" + lock.holder + "), later steps are still missing";
    case RunLife::kLost:
      return run.root() + ": training was killed (run.json says running, but no process is)" +
             kGoOn;
    default:
      return run.root() + ": training may go on (" + lock.holder + ")";
  }
}

}  // namespace kairo
