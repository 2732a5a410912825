// baseline --name NAME: linear models that also learn something "late", with their closed forms,
// and the figure that sets them beside a run.
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

#include "analysis/figures/figure.h"
#include "core/base/cpu_allowance.h"
#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/base/utc_time.h"
#include "core/files/atomic_file.h"
#include "programs/baseline/output.h"
#include "programs/command_line/command_line.h"
#include "programs/font_check.h"
#include "studies/studies.h"

namespace kairo {
namespace {

struct SeedOptions : Options {  // experiment.*: the one key of it that a baseline has
  int64_t seed = 0;
  std::vector<Field> fields() override {
    return {
        {"seed", seed, {0, IntRange().most}, "Of the planted maps and the batches."},
    };
  }
};

// A control model with its options and, once it is trained, its record.
struct Control {
  ControlModel model;
  std::unique_ptr<Options> options;
  std::optional<Record> record;
};

struct BaselineFlags {
  std::string name;
  std::string experiment;
  bool overwrite = false;
};

struct Settings {
  SeedOptions seed;
  ControlSchedule schedule;
  std::vector<Control> controls;
  ControlFigure figure = nullptr;
  OutputOptions output;

  Sections sections() {
    Sections all = {{"experiment", &seed}, {"baseline", &schedule}};
    for (const Control& each : controls) {
      all.emplace_back("baseline." + each.model.name, each.options.get());
    }
    all.emplace_back("output", &output);
    return all;
  }
};

// The models of the first study that has any.
void add_controls(Settings& settings) {
  for (const Study& study : studies()) {
    if (study.controls.empty()) continue;
    for (const ControlModel& each : study.controls) {
      settings.controls.push_back({each, each.options(), std::nullopt});
    }
    settings.figure = study.control_figure;
    return;
  }
  throw Error(ErrorKind::kNotFound).at("baseline").fact("no study has control models");
}

std::vector<std::string> names_in(const Settings& settings) {
  std::vector<std::string> names;
  for (const Control& each : settings.controls) names.push_back(each.model.name);
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& each : names) text += each + ", ";
  return text.substr(0, text.size() - 2) + " or all";
}

BaselineFlags parse_flags(CommandLine& line, const Settings& settings) {
  std::vector<std::string> names = names_in(settings);
  const std::string known = listed(names);
  names.emplace_back("all");
  BaselineFlags flags;
  CLI::App& app = line.app();
  app.description(
      "Trains linear control models whose learning curves are known, checks them against their "
      "formulas, and draws them next to a run.");
  app.add_option("--name", flags.name, "Model to train: " + known + ". Required.")
      ->type_name("NAME");
  app.add_option("--experiment", flags.experiment,
                 "A run to draw next to them, a folder under --output-dir.")
      ->type_name("NAME");
  app.add_flag("--overwrite", flags.overwrite, "Replace files of an earlier call.");
  line.parse();
  if (line.flags().help_config) return flags;
  if (std::find(names.begin(), names.end(), flags.name) == names.end()) {
    const std::string hint = did_you_mean(flags.name, names);
    throw Error(ErrorKind::kUsage)
        .at("--name")
        .expected(known)
        .came(flags.name.empty() ? "none" : flags.name)
        .hint(hint.empty() ? "for example: baseline --name all" : hint);
  }
  return flags;
}

RunDirectory folder_of(const Settings& settings, const std::string& name) {
  return {settings.output.base_dir, "baseline_" + name};
}

// The run to compare with: its metrics over training.
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

bool is_wanted(const Control& control, const std::string& name) {
  return name == "all" || name == control.model.name;
}

void refuse_existing(const Settings& settings, const BaselineFlags& flags) {
  std::vector<std::string> names;
  for (const Control& each : settings.controls) {
    if (is_wanted(each, flags.name)) names.push_back(each.model.name);
  }
  if (flags.name == "all") names.emplace_back("all");
  for (const std::string& each : names) {
    const RunDirectory folder = folder_of(settings, each);
    if (flags.overwrite || !folder.exists()) continue;
    throw Error(ErrorKind::kUsage)
        .at(folder.root())
        .fact("a baseline of this name already exists")
        .hint("replace its files with --overwrite");
  }
}

// As from now.
Making begin_making(const CommandLine& line, const ConfigBinder& binder, const Settings& settings) {
  RunRecord record;
  record.command = line.arguments();
  record.seed = settings.seed.seed;
  record.threads = 1;
  record.allowed_cpus = allowed_cpus();
  record.start = utc_now();
  record.steps = settings.schedule.max_steps;
  return {binder.to_yaml(false), record};
}

void end_making(const RunDirectory& folder, Making making) {
  making.record.end = utc_now();
  making.record.status = "finished";
  write_making(folder, making);
}

void run_one(const Settings& settings, const Making& making, Control& control) {
  control.record = control.model.run(*control.options, settings.schedule, settings.seed.seed);
  const RunDirectory folder = folder_of(settings, control.model.name);
  create_folder(folder.root());
  write_measurements(folder, *control.record);
  end_making(folder, making);
}

Page figure_of(const Settings& settings, const BaselineFlags& flags) {
  Metrics run;
  if (!flags.experiment.empty()) run = metrics_of_run(settings, flags.experiment);
  std::vector<ControlResult> results;
  for (const Control& each : settings.controls) {
    results.push_back({each.options.get(), each.record ? &*each.record : nullptr});
  }
  return settings.figure(results, flags.experiment, run);
}

ExitCode run_baselines(const BaselineFlags& flags, Settings& settings, const Making& making,
                       bool quiet) {
  if (!flags.experiment.empty())
    metrics_of_run(settings, flags.experiment);  // before an hour's work
  for (Control& each : settings.controls) {
    if (!is_wanted(each, flags.name)) continue;
    run_one(settings, making, each);
    if (!quiet) std::cout << folder_of(settings, each.model.name).metrics_file() << std::endl;
  }
  const RunDirectory folder = folder_of(settings, flags.name);
  create_folder(folder.figures());
  if (flags.name == "all") end_making(folder, making);
  warn_without_fonts();
  write_figure(figure_of(settings, flags), folder.figures() + "/contrast");
  if (!quiet) std::cout << folder.figures() << "/contrast.png\n";
  return ExitCode::kDone;
}

ExitCode run(CommandLine& line) {
  Settings settings;
  add_controls(settings);
  const BaselineFlags flags = parse_flags(line, settings);
  ConfigBinder binder;
  binder.bind(settings.sections());
  if (!line.load_config(binder, "")) return ExitCode::kDone;
  for (const Control& each : settings.controls) {  // before any of them has run
    if (each.model.check != nullptr) each.model.check(*each.options);
  }
  refuse_existing(settings, flags);
  if (line.flags().dry_run) {
    for (const Control& each : settings.controls) {
      if (!is_wanted(each, flags.name)) continue;
      std::cout << each.model.name << ": " << settings.schedule.max_steps << " steps\n";
    }
    return ExitCode::kDone;
  }
  return run_baselines(flags, settings, begin_making(line, binder, settings), line.flags().quiet);
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) { return kairo::run_program(argc, argv, kairo::run); }
