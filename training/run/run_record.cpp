#include "training/run/run_record.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/version.h"
#include "core/files/atomic_file.h"

namespace kairo {
namespace {

using Json = nlohmann::ordered_json;

void put_machine(const Machine& machine, Json& json) {
  json["cpu"] = machine.cpu;
  json["instruction_set"] = machine.instruction_set;
  json["kernels"] = machine.kernels;
  json["device"] = machine.device;
  json["libraries"] = machine.libraries;
}

// Nothing if no machine is known.
void put_machines(const std::vector<Stretch>& machines, Json& json) {
  if (machines.empty()) return;
  put_machine(machines.back().machine, json);
  for (const Stretch& stretch : machines) {
    Json each;
    each["from_step"] = stretch.from_step;
    put_machine(stretch.machine, each);
    json["machines"].push_back(each);
  }
}

Machine machine_in(const Json& json) {
  Machine machine;
  machine.cpu = json.value("cpu", "");
  machine.instruction_set = json.value("instruction_set", "");
  machine.kernels = json.value("kernels", "");
  machine.device = json.value("device", "cpu");
  machine.libraries = json.value("libraries", machine.libraries);
  return machine;
}

std::vector<Stretch> machines_in(const Json& json) {
  if (!json.contains("machines")) return {{0, machine_in(json)}};
  std::vector<Stretch> machines;
  for (const Json& each : json.at("machines")) {
    machines.push_back({each.at("from_step").get<int64_t>(), machine_in(each)});
  }
  return machines;
}

}  // namespace

void begin_stretch(RunRecord& record, int64_t step, const Machine& machine) {
  std::vector<Stretch>& machines = record.machines;
  while (!machines.empty() && machines.back().from_step >= step) machines.pop_back();
  const bool goes_on = !machines.empty() && machines.back().machine == machine;
  if (!goes_on) machines.push_back({step, machine});
}

std::vector<Machine> machines_between(const RunRecord& record, int64_t begin, int64_t end) {
  std::vector<Machine> machines;
  for (std::size_t i = 0; i < record.machines.size(); ++i) {
    const bool is_last = i + 1 == record.machines.size();
    const bool ends_before = !is_last && record.machines[i + 1].from_step <= begin;
    if (ends_before || record.machines[i].from_step >= end) continue;
    machines.push_back(record.machines[i].machine);
  }
  return machines;
}

void write_run_record(const std::string& path, const RunRecord& record) {
  Json json;
  json["version"] = version();
  json["git_commit"] = git_commit();
  json["command"] = record.command;
  json["seed"] = record.seed;
  json["threads"] = record.threads;
  json["allowed_cpus"] = record.allowed_cpus;
  put_machines(record.machines, json);
  json["start"] = record.start;
  if (!record.end.empty()) json["end"] = record.end;
  json["status"] = record.status;
  json["steps"] = record.steps;
  if (!record.stopped.empty()) json["stopped"] = record.stopped;
  if (!record.resumed_from.empty()) json["resumed_from"] = record.resumed_from;
  if (!record.init_from.empty()) {
    json["init_from"] = {{"path", record.init_from}, {"content_hash", record.init_from_hash}};
  }
  if (!record.error.empty()) json["error"] = record.error;
  // A command line may hold bytes that are no UTF-8.
  const auto replace = Json::error_handler_t::replace;
  write_file_atomically(path, json.dump(2, ' ', false, replace) + "\n");
}

RunRecord read_run_record(const std::string& path) {
  RunRecord record;
  if (!std::filesystem::exists(path)) return record;
  const auto json = Json::parse(read_file(path), nullptr, false);
  if (!json.is_object()) return record;
  try {
    record.start = json.value("start", "");
    record.machines = machines_in(json);
    if (json.contains("init_from")) {
      record.init_from = json.at("init_from").at("path").get<std::string>();
      record.init_from_hash = json.at("init_from").at("content_hash").get<std::string>();
    }
    record.resumed_from = json.value("resumed_from", std::vector<int64_t>{});
  } catch (const Json::exception&) {
    return {};
  }
  return record;
}

}  // namespace kairo
