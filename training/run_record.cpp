#include "training/run_record.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/store/atomic_file.h"
#include "core/version.h"

namespace kairo {

void write_run_record(const std::string& path, const RunRecord& record) {
  nlohmann::ordered_json json;
  json["version"] = version();
  json["git_commit"] = git_commit();
  json["command"] = record.command;
  json["seed"] = record.seed;
  json["cpu"] = record.machine.cpu;
  json["instruction_set"] = record.machine.instruction_set;
  json["kernels"] = record.machine.kernels;
  json["device"] = record.machine.device;
  json["threads"] = record.threads;
  json["libraries"] = record.machine.libraries;
  json["start"] = record.start;
  if (!record.end.empty()) json["end"] = record.end;
  json["status"] = record.status;
  json["steps"] = record.steps;
  if (!record.stopped.empty()) json["stopped"] = record.stopped;
  if (!record.resumed_from.empty()) json["resumed_from"] = record.resumed_from;
  if (!record.error.empty()) json["error"] = record.error;
  // A command line may hold bytes that are no UTF-8.
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  write_file_atomically(path, json.dump(2, ' ', false, replace) + "\n");
}

RunRecord read_run_record(const std::string& path) {
  RunRecord record;
  if (!std::filesystem::exists(path)) return record;
  const auto json = nlohmann::json::parse(read_file(path), nullptr, false);
  if (!json.is_object()) return record;
  try {
    record.start = json.value("start", "");
    record.machine.instruction_set = json.value("instruction_set", "");
    record.machine.kernels = json.value("kernels", "");
    record.machine.device = json.value("device", "cpu");
    record.machine.libraries = json.value("libraries", record.machine.libraries);
    record.resumed_from = json.value("resumed_from", std::vector<int64_t>{});
  } catch (const nlohmann::json::exception&) {
    return {};
  }
  return record;
}

}  // namespace kairo
