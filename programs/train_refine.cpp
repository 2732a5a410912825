#include "programs/train_refine.h"

#include <fmt/format.h>

#include <iostream>

#include "core/base/error.h"
#include "core/base/shell_quoted.h"
#include "programs/compute_setup.h"
#include "programs/refine_run.h"
#include "programs/replay_setup.h"

namespace kairo {
namespace {

ExitCode say_what_came(const RefineResult& result, const RunDirectory& run, bool quiet) {
  if (result.was_stopped) {
    std::cerr
        << "interrupted; the checkpoints that were proven are kept. Run the same command again to "
           "continue.\n";
    return ExitCode::kInterrupted;
  }
  if (quiet) return ExitCode::kDone;
  if (result.n_added == 0) {
    std::cout << "nothing to do: every step of the window has a checkpoint\n";
  } else {
    std::cout << fmt::format(
        "{} checkpoints added to {}; the replay reproduced {} of the run exactly\n", result.n_added,
        run.checkpoints(), result.n_proofs);
  }
  Command next = {"analyze", "--experiment", run.experiment()};
  if (run.runs_folder() != OutputOptions().base_dir) {
    next.insert(next.end(), {"--output-dir", run.runs_folder()});
  }
  std::cout << "next: " << shell_quoted(next) << "\n";
  return ExitCode::kDone;
}

// False where --print-config has been answered.
bool load_named_run(const CommandLine& line, const RefineFlags& flags, const std::string& config,
                    const ProbeSections& probes, RunSettings& named) {
  if (config.empty()) return load_finished_run(line, flags.experiment, probes, named);
  ConfigBinder binder;
  bind_settings(binder, named, probes.sections());
  return line.load_config(binder, config);
}

}  // namespace

void add_refine_options(CLI::App& app, RefineFlags& flags) {
  app.add_option("--refine", flags.window,
                 "Replay steps A to B of a finished run (--experiment or --config) and keep more "
                 "checkpoints there (weights only). The replay must reproduce the run's "
                 "checkpoints byte for byte; anything after the last match is discarded.")
      ->type_name("A:B");
  app.add_option("--every", flags.every,
                 "With --refine: keep a checkpoint every N steps; 1 by default.")
      ->type_name("N");
  app.add_option("--experiment", flags.experiment,
                 "With --refine: the run, a folder under --output-dir.")
      ->type_name("NAME");
}

bool asks_to_refine(const CLI::App& app) {
  const auto given = [&](const char* option) { return app.count(option) > 0; };
  if (!given("--refine")) {
    for (const char* option : {"--every", "--experiment"}) {
      if (!given(option)) continue;
      throw Error(ErrorKind::kUsage)
          .at(option)
          .fact("works only with --refine A:B")
          .hint("a run to train is named by --config NAME");
    }
    return false;
  }
  for (const char* option : {"--resume", "--overwrite", "--detect-anomaly", "--device"}) {
    if (!given(option)) continue;
    throw Error(ErrorKind::kUsage)
        .at("--refine")
        .fact(std::string("excludes ") + option)
        .hint("a replay repeats what the run did, on the run's device");
  }
  if (given("--experiment") == given("--config")) {
    throw Error(ErrorKind::kUsage)
        .at("--refine")
        .fact(given("--config") ? "--experiment and --config exclude each other"
                                : "--experiment NAME or --config NAME is missing")
        .hint("for example: train --experiment k10_n1000 --refine 4000:4200");
  }
  return true;
}

ExitCode train_refine(const CommandLine& line, const RefineFlags& flags,
                      const std::string& config) {
  const RefineWindow window = refine_window(flags.window, flags.every);
  const ProbeSections probes;
  RunSettings named;
  if (!load_named_run(line, flags, config, probes, named)) return ExitCode::kDone;
  const RunDirectory run =
      config.empty() ? finished_run(line.flags(), flags.experiment) : named.directory();
  run.require();
  set_up_computing(1);
  const RunRefiner refiner(run, settings_of_run(run, probes.sections()).run, line.flags());
  refiner.require_same(named.run);
  if (line.flags().dry_run) {
    std::cout << refiner.plan(window) << "\n";
    return ExitCode::kDone;
  }
  return say_what_came(refiner.refine(window), run, line.flags().quiet);
}

}  // namespace kairo
