#include "programs/sweep/cell_state.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "core/store/run_state.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr std::streamoff kMostOfLog = 65536;

bool is_for_analyze(const Override& each) {
  return each.key.rfind("probes.", 0) == 0 || each.key.rfind("transitions.", 0) == 0;
}

// Whether `file` is there and no older than the run's end.
bool is_up_to_date(const std::string& file, const RunDirectory& run) {
  std::error_code error;
  const auto written = fs::last_write_time(file, error);
  if (error) return false;
  const auto run_ended = fs::last_write_time(run.run_file(), error);
  return error || written >= run_ended;
}

// Whether the report was made with the cell's settings.
bool has_settings(const RunDirectory& run, const SweepCell& cell, const CellRecord& before) {
  if (!before.analysis.empty()) return before.analysis == cell.config.analysis_key;
  return fs::exists(run.config_file()) &&
         analysis_difference(cell.config, run.config_file()).empty();
}

bool is_probed(const Sweep& sweep, const SweepCell& cell, const CellRecord& before) {
  if (before.status != CellStatus::kDone || before.key != cell.key) return false;
  const RunDirectory run = sweep.run(cell);
  return before.record.empty() || is_up_to_date(run.record(sweep.file.probe, cell.label), run);
}

// The end of a log, from a line's beginning.
std::vector<std::string> last_lines(const std::string& log) {
  std::ifstream file(log, std::ios::binary | std::ios::ate);
  const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : 0;
  file.seekg(std::max<std::streamoff>(0, size - kMostOfLog));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("$ ", 0) == 0) lines.clear();
    if (!line.empty() && line.rfind("$ ", 0) != 0) lines.push_back(line);
  }
  return lines;
}

}  // namespace

Overrides analysis_overrides(const Sweep& sweep, const SweepCell& cell) {
  Overrides overrides;
  const std::string config_file = sweep.run(cell).config_file();
  if (fs::exists(config_file)) overrides = analysis_difference(cell.config, config_file);
  for (const Override& each : cell.overrides) {
    if (is_for_analyze(each)) set_override(overrides, each.key, each.value);
  }
  return overrides;
}

CellStatus status_on_disk(const Sweep& sweep, const SweepCell& cell, const CellRecord& before) {
  if (sweep.file.is_of_probes()) {
    return is_probed(sweep, cell, before) ? CellStatus::kDone : CellStatus::kWaiting;
  }
  const RunDirectory run = sweep.run(cell);
  if (run_life(run) == RunLife::kAtWork) return CellStatus::kRunning;
  if (run_status(run.run_file()) != "finished") return CellStatus::kWaiting;
  const bool is_analyzed =
      is_up_to_date(run.report("json"), run) && has_settings(run, cell, before);
  return is_analyzed ? CellStatus::kDone : CellStatus::kTrained;
}

void refuse_changed(const Sweep& sweep, const SweepCell& cell, const CellRecord& before) {
  const RunDirectory run = sweep.run(cell);
  std::string place, came;
  if (!sweep.file.is_of_probes()) {
    place = run.root();
    if (fs::exists(run.config_file())) came = difference(cell.config, run.config_file());
  } else {
    place = run.record(sweep.file.probe, cell.label);
    const bool is_other = !before.key.empty() && before.key != cell.key;
    if (is_other && fs::exists(place)) {
      came = "its settings were " + before.key.substr(0, 12) + " and are " +
             cell.key.substr(0, 12) + " (see overrides in sweep.json)";
    }
  }
  if (came.empty() && !before.slurm_task.empty() && before.key != cell.key) {
    place = "Slurm's task " + before.slurm_task;
    came = "submitted with settings that have changed since";
  }
  if (came.empty()) return;
  throw Error(ErrorKind::kConfig)
      .at(place)
      .fact("this is not cell " + cell.name + " of " + sweep.file.file +
            " as the file now says: " + came)
      .hint(before.slurm_task.empty()
                ? "copy the sweep's file under another name, or remove what is there"
                : "the same settings gather it; then copy the sweep's file under another name");
}

std::string headline(const RunDirectory& run) {
  std::error_code error;
  if (!fs::exists(run.report("json"), error)) return "";
  const auto report = nlohmann::json::parse(read_file(run.report("json")), nullptr, false);
  try {
    for (const auto& each : report.at("transitions")) {
      if (each.at("status") != "confirmed") continue;
      return each.at("title").get<std::string>() + " at " +
             std::to_string(each.at("step").get<int64_t>());
    }
  } catch (const nlohmann::json::exception&) {
    return "";
  }
  return "no confirmed event";
}

std::string last_error_line(const std::string& log) {
  const std::vector<std::string> lines = last_lines(log);
  const auto is_error = [](const std::string& line) { return line.rfind("error:", 0) == 0; };
  const auto error = std::find_if(lines.rbegin(), lines.rend(), is_error);
  if (error != lines.rend()) return *error;
  return lines.empty() ? "" : lines.back();
}

}  // namespace kairo
