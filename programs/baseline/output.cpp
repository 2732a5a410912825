#include "programs/baseline/output.h"

#include <nlohmann/json.hpp>

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

void write_making(const RunDirectory& folder, const Making& making) {
  write_file_atomically(folder.config_file(), making.config_yaml);
  write_run_record(folder.run_file(), making.record);
}

}  // namespace kairo
