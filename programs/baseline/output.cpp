#include "programs/baseline/output.h"

#include <nlohmann/json.hpp>

#include "core/base/utc_time.h"
#include "core/base/version.h"
#include "core/files/atomic_file.h"

namespace kairo {

std::string metrics_lines(const Record& record) {
  std::string text;
  for (std::size_t i = 0; i < record.steps.size(); ++i) {
    nlohmann::ordered_json line;
    line["step"] = record.steps[i];
    for (const SeriesQuantity& quantity : record.quantities) {
      if (quantity.about.axes.empty()) line[quantity.about.name] = quantity.mean[i];
    }
    text += line.dump() + "\n";
  }
  return text;
}

void write_measurements(const RunDirectory& folder, const Record& record) {
  write_file_atomically(folder.metrics_file(), metrics_lines(record));
  write_record_csv(folder.root() + "/record.csv", record);
}

void write_making(const RunDirectory& folder, const Making& making, int64_t steps) {
  nlohmann::ordered_json json;
  json["version"] = version();
  json["git_commit"] = git_commit();
  json["command"] = making.command;
  json["seed"] = making.seed;
  json["start"] = making.start;
  json["end"] = utc_now();
  json["status"] = "finished";
  json["steps"] = steps;
  // A command line may hold bytes that are no UTF-8.
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  write_file_atomically(folder.config_file(), making.config_yaml);
  write_file_atomically(folder.run_file(), json.dump(2, ' ', false, replace) + "\n");
}

}  // namespace kairo
