#include "programs/compare/load_runs.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <optional>
#include <thread>

#include "core/base/error.h"

namespace kairo {
namespace {

struct Slot {
  std::optional<ComparedRun> run;
  std::exception_ptr error;
};

void load_one(const NamedRun& named, const std::string& label, Slot& slot) {
  try {
    slot.run = load_compared_run(named.folder, named.name, label);
    slot.run->is_named = named.is_named;
  } catch (...) {
    slot.error = std::current_exception();
  }
}

// Why the run is left out; throws an error that leaving it out would hide.
std::string reason_of(const std::exception_ptr& thrown, bool keep_going) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    const bool is_input =
        error.kind() == ErrorKind::kNotFound || error.kind() == ErrorKind::kCorrupt;
    if (!keep_going || !is_input) throw;
    return error.what();
  }
}

// Threads beside this one, `count` together, or fewer if the system starts no more. No error may
// leave while they run: a thread destroyed without a join ends the process.
std::vector<std::thread> start(std::size_t count, const std::function<void()>& work) {
  std::vector<std::thread> threads;
  threads.reserve(count);
  try {
    while (threads.size() + 1 < count) threads.emplace_back(work);
  } catch (const std::exception&) {
  }
  return threads;
}

}  // namespace

LoadedRuns load_runs(const std::vector<NamedRun>& named, const LoadRequest& request) {
  std::vector<Slot> slots(named.size());
  std::atomic<std::size_t> next{0};
  const auto is_stopped = [&] { return request.stop != nullptr && request.stop->load(); };
  const auto work = [&] {
    for (std::size_t i = next++; i < named.size() && !is_stopped(); i = next++) {
      load_one(named[i], request.label, slots[i]);
    }
  };
  std::vector<std::thread> threads = start(std::min(request.threads, named.size()), work);
  work();
  for (std::thread& each : threads) each.join();
  LoadedRuns loaded;
  loaded.was_stopped = is_stopped();
  if (loaded.was_stopped) return loaded;
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (slots[i].run) {
      loaded.runs.push_back(std::move(*slots[i].run));
    } else {
      loaded.left_out.emplace_back(named[i].name, reason_of(slots[i].error, request.keep_going));
    }
  }
  return loaded;
}

}  // namespace kairo
