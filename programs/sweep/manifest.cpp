#include "programs/sweep/manifest.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/version.h"
#include "core/config/fields.h"
#include "core/files/atomic_file.h"

namespace kairo {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFormat[] = "kairoscope-sweep";
constexpr int kFormatVersion = 1;

const Names<CellStatus> kStatusNames = {{CellStatus::kWaiting, "waiting"},
                                        {CellStatus::kQueued, "queued"},
                                        {CellStatus::kRunning, "running"},
                                        {CellStatus::kTrained, "trained"},
                                        {CellStatus::kDone, "done"},
                                        {CellStatus::kFailed, "failed"},
                                        {CellStatus::kInterrupted, "interrupted"}};

CellStatus status_of(const std::string& path, const std::string& name) {
  for (const auto& [status, its_name] : kStatusNames) {
    if (its_name == name) return status;
  }
  throw Error(ErrorKind::kCorrupt)
      .at(path + ": status")
      .fact("there is no status \"" + name + "\"")
      .hint("the file is damaged, or was written by a newer sweep");
}

Json overrides_json(const Overrides& overrides) {
  Json json = Json::object();
  for (const Override& each : overrides) json[each.key] = each.value;
  return json;
}

Overrides overrides_of(const Json& json) {
  Overrides overrides;
  for (const auto& [key, value] : json.items()) overrides.push_back({key, value});
  return overrides;
}

Json cell_json(const CellRecord& cell) {
  Json json = {{"name", cell.name},
               {"key", cell.key},
               {"varied", overrides_json(cell.varied)},
               {"overrides", overrides_json(cell.overrides)},
               {"run", cell.run},
               {"status", name_of(cell.status)},
               {"seconds", cell.seconds}};
  if (!cell.record.empty()) json["record"] = cell.record;
  if (!cell.error.empty()) json["error"] = cell.error;
  if (!cell.analysis.empty()) json["analysis"] = cell.analysis;
  if (!cell.slurm_task.empty()) json["slurm_task"] = cell.slurm_task;
  if (!cell.slurm_analysis.empty()) json["slurm_analysis"] = cell.slurm_analysis;
  return json;
}

CellRecord cell_of(const std::string& path, const Json& json) {
  CellRecord cell;
  cell.name = json.at("name");
  cell.key = json.at("key");
  cell.varied = overrides_of(json.at("varied"));
  cell.overrides = overrides_of(json.at("overrides"));
  cell.run = json.at("run");
  cell.record = json.value("record", "");
  cell.status = status_of(path, json.at("status"));
  cell.seconds = json.at("seconds");
  cell.error = json.value("error", "");
  cell.analysis = json.value("analysis", "");
  cell.slurm_task = json.value("slurm_task", "");
  cell.slurm_analysis = json.value("slurm_analysis", "");
  return cell;
}

Json cells_json(const std::vector<CellRecord>& cells) {
  Json json = Json::array();
  for (const CellRecord& cell : cells) json.push_back(cell_json(cell));
  return json;
}

std::vector<CellRecord> cells_of(const std::string& path, const Json& json) {
  std::vector<CellRecord> cells;
  for (const Json& cell : json) cells.push_back(cell_of(path, cell));
  return cells;
}

}  // namespace

const std::string& name_of(CellStatus status) { return name_in(kStatusNames, status); }

Manifest read_manifest(const std::string& path) {
  Manifest manifest;
  if (!std::filesystem::exists(path)) return manifest;
  try {
    const Json json = Json::parse(read_file(path));
    const bool is_known =
        json.at("format") == kFormat && json.at("format_version") == kFormatVersion;
    if (!is_known) {
      throw Error(ErrorKind::kCorrupt)
          .at(path)
          .fact("this is not " + std::string(kFormat) + " of version 1")
          .hint("made by a newer sweep?");
    }
    manifest.sweep = json.at("sweep");
    manifest.config = json.at("config");
    manifest.base = json.value("base", "");
    manifest.probe = json.value("probe", "");
    manifest.cells = cells_of(path, json.at("cells"));
    manifest.others = cells_of(path, json.value("others", Json::array()));
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::kCorrupt)
        .at(path)
        .fact("the cells of the sweep cannot be read: " + std::string(error.what()))
        .hint("remove the file: runs are found again by their folders");
  }
  return manifest;
}

void write_manifest(const std::string& path, const Manifest& manifest) {
  Json json = {{"format", kFormat},
               {"format_version", kFormatVersion},
               {"version", version()},
               {"sweep", manifest.sweep},
               {"config", manifest.config}};
  if (!manifest.base.empty()) json["base"] = manifest.base;
  if (!manifest.probe.empty()) json["probe"] = manifest.probe;
  json["cells"] = cells_json(manifest.cells);
  if (!manifest.others.empty()) json["others"] = cells_json(manifest.others);
  // A log's last line may hold bytes that are no UTF-8.
  const auto replace = Json::error_handler_t::replace;
  write_file_atomically(path, json.dump(2, ' ', false, replace) + "\n");
}

}  // namespace kairo
