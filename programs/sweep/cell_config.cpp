#include "programs/sweep/cell_config.h"

#include "core/config/field_printer.h"
#include "core/store/atomic_file.h"
#include "programs/run_setup.h"

namespace kairo {
namespace {

bool enters_key(const std::string& path) {
  return path != "experiment.name" && path != "training.log_every";
}

}  // namespace

CellConfig resolve(const std::string& base, const Overrides& overrides) {
  RunSettings settings;
  ConfigBinder binder;
  bind_settings(binder, settings, {});
  binder.pass_over("probes");
  std::vector<std::string> texts;
  for (const Override& each : overrides) texts.push_back(each.text());
  binder.load(base, texts);
  check(settings.run.model);

  CellConfig cell;
  RunOptions& run = settings.run;
  Sha256 key;
  for (const auto& [path, value] : values_by_path({{"experiment", &run.experiment},
                                                   {"task", &run.task},
                                                   {"data", &run.data},
                                                   {"model", &run.model},
                                                   {"training", &run.training}})) {
    if (!enters_key(path)) continue;
    cell.values.emplace_back(path, value);
    key.add(path + "=" + value);
  }
  cell.key = key.hex();
  cell.base_dir = settings.output.base_dir;
  cell.yaml = binder.to_yaml(/*with_provenance=*/true);
  return cell;
}

std::string difference(const CellConfig& cell, const std::string& config_file) {
  const CellConfig there = resolve(config_file, {});
  for (std::size_t i = 0; i < cell.values.size(); ++i) {
    const auto& [path, value] = cell.values[i];
    // A run writes down the number that 0 stood for.
    const bool is_the_tasks = path == "model.d_vocab" && value == "0";
    if (is_the_tasks || there.values[i].second == value) continue;
    return path + " is " + there.values[i].second + " there and " + value + " here";
  }
  return "";
}

}  // namespace kairo
