// baseline --name NAME: linear models that also learn something "late", with their closed forms,
// and the figure that sets them beside a run.
#include <algorithm>
#include <iostream>
#include <optional>

#include "analysis/figures/figure.h"
#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/base/utc_time.h"
#include "core/files/atomic_file.h"
#include "programs/baseline/contrast_figure.h"
#include "programs/baseline/linear_inverse.h"
#include "programs/baseline/linear_selector.h"
#include "programs/baseline/output.h"
#include "programs/command_line/command_line.h"
#include "programs/font_check.h"

namespace kairo {
namespace {

const std::vector<std::string> kNames = {"linear_inverse", "linear_selector", "all"};

struct BaselineFlags {
  std::string name;
  std::string experiment;
  bool overwrite = false;
};

struct Settings {
  SeedOptions seed;
  BaselineOptions schedule;
  LinearInverseOptions inverse;
  LinearSelectorOptions selector;
  OutputOptions output;
};

BaselineFlags parse_flags(CommandLine& line) {
  BaselineFlags flags;
  CLI::App& app = line.app();
  app.description(
      "Trains linear control models whose learning curves are known, checks them against their "
      "formulas, and draws them next to a run.");
  app.add_option("--name", flags.name,
                 "Model to train: linear_inverse, linear_selector or all. Required.")
      ->type_name("NAME");
  app.add_option("--experiment", flags.experiment,
                 "A run to draw next to them, a folder under --output-dir.")
      ->type_name("NAME");
  app.add_flag("--overwrite", flags.overwrite, "Replace files of an earlier call.");
  line.parse();
  if (line.flags().help_config) return flags;
  if (std::find(kNames.begin(), kNames.end(), flags.name) == kNames.end()) {
    const std::string hint = did_you_mean(flags.name, kNames);
    throw Error(ErrorKind::kUsage)
        .at("--name")
        .expected("linear_inverse, linear_selector or all")
        .came(flags.name.empty() ? "none" : flags.name)
        .hint(hint.empty() ? "for example: baseline --name all" : hint);
  }
  return flags;
}

void bind(ConfigBinder& binder, Settings& settings) {
  binder.bind("experiment", settings.seed);
  binder.bind("baseline", settings.schedule);
  binder.bind("baseline.linear_inverse", settings.inverse);
  binder.bind("baseline.linear_selector", settings.selector);
  binder.bind("output", settings.output);
}

RunDirectory folder_of(const Settings& settings, const std::string& name) {
  return {settings.output.base_dir, "baseline_" + name};
}

// The run to compare with: its losses and z gap over training.
Metrics metrics_of_run(const Settings& settings, const std::string& experiment) {
  const RunDirectory run(settings.output.base_dir, experiment);
  run.require();
  Metrics metrics = read_metrics(run.metrics_file());
  if (metrics.has("first_target_loss")) return metrics;
  throw Error(ErrorKind::kNotFound)
      .at(run.metrics_file())
      .fact("there is no column first_target_loss")
      .hint("--experiment names a run of train");
}

// The baselines that `name` asks for, each with its folder.
std::vector<std::string> parts_of(const std::string& name) {
  return name == "all" ? std::vector<std::string>{kNames[0], kNames[1]}
                       : std::vector<std::string>{name};
}

void refuse_existing(const Settings& settings, const BaselineFlags& flags) {
  std::vector<std::string> names = parts_of(flags.name);
  if (flags.name == "all") names.push_back("all");
  for (const std::string& each : names) {
    const RunDirectory folder = folder_of(settings, each);
    if (flags.overwrite || !folder.exists()) continue;
    throw Error(ErrorKind::kUsage)
        .at(folder.root())
        .fact("a baseline of this name already exists")
        .hint("replace its files with --overwrite");
  }
}

Record run_one(const std::string& name, const Settings& settings, const Making& making) {
  const int64_t seed = settings.seed.seed;
  const Record record = name == "linear_inverse"
                            ? run_linear_inverse(settings.inverse, settings.schedule, seed)
                            : run_linear_selector(settings.selector, settings.schedule, seed);
  const RunDirectory folder = folder_of(settings, name);
  create_folder(folder.root());
  write_measurements(folder, record);
  write_making(folder, making, settings.schedule.max_steps);
  return record;
}

ExitCode run_baselines(const BaselineFlags& flags, const Settings& settings, Making making,
                       bool quiet) {
  ContrastInputs inputs;
  inputs.experiment = flags.experiment;
  if (!flags.experiment.empty()) inputs.run = metrics_of_run(settings, flags.experiment);
  making.start = utc_now();
  for (const std::string& name : parts_of(flags.name)) {
    (name == "linear_inverse" ? inputs.inverse : inputs.selector) = run_one(name, settings, making);
    if (!quiet) std::cout << folder_of(settings, name).metrics_file() << std::endl;
  }
  inputs.singular_values = singular_values(settings.inverse);
  inputs.inverse_batch_size = settings.inverse.batch_size;
  inputs.linear_share = settings.selector.linear_share;
  const RunDirectory folder = folder_of(settings, flags.name);
  create_folder(folder.figures());
  if (flags.name == "all") write_making(folder, making, settings.schedule.max_steps);
  warn_without_fonts();
  write_figure(contrast_page(inputs), folder.figures() + "/contrast");
  if (!quiet) std::cout << folder.figures() << "/contrast.png\n";
  return ExitCode::kDone;
}

ExitCode run(CommandLine& line) {
  const BaselineFlags flags = parse_flags(line);
  Settings settings;
  ConfigBinder binder;
  bind(binder, settings);
  if (!line.load_config(binder, "")) return ExitCode::kDone;
  check_sizes(settings.selector);  // before the other baseline has run
  refuse_existing(settings, flags);
  if (line.flags().dry_run) {
    for (const std::string& name : parts_of(flags.name)) {
      std::cout << name << ": " << settings.schedule.max_steps << " steps\n";
    }
    return ExitCode::kDone;
  }
  const Making making{line.arguments(), binder.to_yaml(false), settings.seed.seed, ""};
  return run_baselines(flags, settings, making, line.flags().quiet);
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) { return kairo::run_program(argc, argv, kairo::run); }
