// train --config NAME [flags] [key=value ...]: trains a model and keeps its checkpoints, or
// train --experiment NAME --refine A:B: replays a window of a run and keeps more of them.
#include <fmt/format.h>

#include <iostream>
#include <optional>

#include "core/base/cpu_allowance.h"
#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "core/config/config_search.h"
#include "core/files/atomic_file.h"
#include "core/files/work_lock.h"
#include "core/store/run_state.h"
#include "programs/command_line/command_line.h"
#include "programs/compute_setup.h"
#include "programs/interruption.h"
#include "programs/probe_sections.h"
#include "programs/progress_setup.h"
#include "programs/replay_setup.h"
#include "programs/run_setup.h"
#include "programs/train_refine.h"
#include "programs/train_report.h"
#include "studies/probes/study_probes.h"
#include "training/cost.h"
#include "training/run/run_record.h"
#include "training/run/run_start.h"
#include "training/this_machine.h"
#include "training/trainer.h"

namespace kairo {
namespace {

struct TrainFlags {
  std::string config;
  std::string resume;
  bool overwrite = false;
  bool detect_anomaly = false;
  std::string device = "cpu";
  bool list = false;
  bool refines = false;
  RefineFlags refine;
};

TrainFlags parse_flags(CommandLine& line) {
  TrainFlags flags;
  CLI::App& app = line.app();
  app.description("Trains a model from a config and keeps its checkpoints, metrics and log.");
  app.add_option("--config", flags.config, "Config to train: a name from --list, or a file.")
      ->type_name("NAME");
  app.add_option(
         "--resume", flags.resume,
         "Continue a run from its newest checkpoint (auto; starts a new run if there is none) or "
         "from a step.")
      ->type_name("auto|STEP");
  app.add_flag("--overwrite", flags.overwrite, "Delete a run of the same name and start again.");
  app.add_flag("--detect-anomaly", flags.detect_anomaly,
               "If loss or gradient becomes NaN or Inf, report the first hook point where it "
               "happens.");
  app.add_option("--device", flags.device, "Device to train on; cpu by default.")
      ->type_name("cpu|cuda|cuda:N");
  add_refine_options(app, flags.refine);
  app.add_flag("--list", flags.list, "List the configs that --config knows by name, then stop.");
  line.parse();
  if (line.flags().help_config || flags.list) return flags;
  flags.refines = asks_to_refine(app);
  if (flags.config.empty() && !flags.refines) {
    throw Error(ErrorKind::kUsage)
        .at("train")
        .fact("--config NAME is missing")
        .hint("for example: train --config quick; train --list lists the names");
  }
  if (flags.overwrite && !flags.resume.empty()) {
    throw Error(ErrorKind::kUsage).at("train").fact("--resume and --overwrite exclude each other");
  }
  return flags;
}

StartRequest start_request(const TrainFlags& flags) {
  if (flags.overwrite) return {StartMode::kOverwrite, 0};
  return flags.resume.empty() ? StartRequest{} : resume_request(flags.resume);
}

struct Session {
  const CommandLine& line;
  const RunSettings& settings;
  const Start& start;
  int threads;
  std::string device;
  const std::optional<InitialWeights>& initial;
  Trainer& trainer;
};

// `earlier` made the update that led to `step`.
void warn_of_other_bits(const Machine& earlier, const Machine& now, int64_t step, RunLog& log) {
  const auto text = [](const Machine& machine) {
    return machine.instruction_set + " (kernels " + machine.kernels + ", device " + machine.device +
           ")";
  };
  const bool knows_earlier = !earlier.instruction_set.empty() && !earlier.kernels.empty();
  if (!knows_earlier || text(earlier) == text(now)) return;
  log.warn(
      fmt::format("this machine has {}, the run came to step {} on {}: results go on but are "
                  "not equal to the bit",
                  text(now), step, text(earlier)));
}

// Nothing where no update will be made: the run then stays that of the machines that made it.
void begin_updates(const Session& session, RunRecord& record, RunLog& log) {
  if (session.trainer.is_over() && session.start.checkpoint) return;
  Machine now = this_machine();
  now.device = session.device;
  for (const Machine& earlier : machines_between(record, record.steps - 1, record.steps)) {
    warn_of_other_bits(earlier, now, record.steps, log);
  }
  begin_stretch(record, record.steps, now);
}

RunRecord begin_record(const Session& session, RunLog& log) {
  const RunDirectory directory = session.settings.directory();
  RunRecord record;
  if (session.start.checkpoint) record = read_run_record(directory.run_file());
  record.command = session.line.arguments();
  record.seed = session.settings.run.experiment.seed;
  record.threads = session.threads;
  record.allowed_cpus = allowed_cpus();
  record.steps = session.trainer.step();
  if (record.start.empty()) record.start = utc_now();
  if (session.initial) {
    record.init_from = session.initial->path;
    record.init_from_hash = session.initial->content_hash;
  }
  if (session.start.checkpoint) record.resumed_from.push_back(record.steps);
  if (session.start.checkpoint && run_status(directory.run_file()) == "running") {
    log.warn("the session before was killed: what it did after step " +
             std::to_string(record.steps) + " is done again");
  }
  begin_updates(session, record, log);
  write_run_record(directory.run_file(), record);
  return record;
}

// Refuses what can be refused before an earlier run is touched.
Start check_start(const RunSettings& settings, const StartRequest& request) {
  Start start = find_start(settings.directory(), request);
  if (!start.checkpoint) return start;
  const ProbeSections probes;
  check_resumable(settings_of_run(settings.directory(), probes.sections()).run, settings.run);
  return start;
}

TrainingEnd run_trainer(const Session& session, RunLog& log, RunRecord& record) {
  Progress progress = make_progress(session.line.flags(), {"", "", "steps/s"},
                                    static_cast<double>(session.settings.run.training.log_every),
                                    [&log](const std::string& text) { log.info(text); });
  try {
    const TrainingEnd end = session.trainer.run({log, progress, catch_interruptions()});
    record.steps = session.trainer.step();
    return end;
  } catch (...) {
    progress.clear();
    record.steps = session.trainer.step();
    throw;
  }
}

void end_record(const std::string& file, RunRecord& record, const std::string& status) {
  record.status = status;
  record.end = utc_now();
  write_run_record(file, record);
}

// The disk that failed the run may refuse this too; the first failure is the one to be reported.
void keep_failure(const std::string& file, RunRecord& record, RunLog& log,
                  const std::string& message) {
  record.error = message;
  const auto try_to = [](const auto& keep) {
    try {
      keep();
    } catch (const Error&) {
    }
  };
  try_to([&] { log.note("failed: " + message); });
  try_to([&] { end_record(file, record, "failed"); });
}

TrainingEnd run_session(const Session& session, RunLog& log) {
  const std::string file = session.settings.directory().run_file();
  catch_interruptions();  // before run.json says running: whoever reads that may interrupt
  RunRecord record = begin_record(session, log);
  try {
    const TrainingEnd end = run_trainer(session, log, record);
    if (end == TrainingEnd::kSolved) record.stopped = "solved";
    end_record(file, record, end == TrainingEnd::kInterrupted ? "interrupted" : "finished");
    log.info(fmt::format("{} at step {}", record.status, record.steps));
    return end;
  } catch (const std::exception& error) {
    keep_failure(file, record, log, error.what());
    throw;
  }
}

ExitCode say_what_next(const Session& session, RunLog& log, TrainingEnd end) {
  if (end == TrainingEnd::kInterrupted) {
    std::cerr << "interrupted; nothing is lost. To continue:\n  "
              << command_to_continue(session.line.arguments()) << "\n";
    return ExitCode::kInterrupted;
  }
  const RunDirectory directory = session.settings.directory();
  const std::vector<std::string> summary = run_summary(directory);
  for (const std::string& text : summary) log.note(text);
  if (session.line.flags().quiet) return ExitCode::kDone;
  std::cout << (end == TrainingEnd::kSolved ? "solved" : "done") << ": " << directory.root()
            << "\n";
  for (const std::string& text : summary) std::cout << "  " << text << "\n";
  std::cout << "next: " << next_command(session.line.arguments(), session.settings) << "\n";
  return ExitCode::kDone;
}

// What analyze would refuse is refused before hours of training.
void check_probes(const RunSettings& settings, const ProbeSections& sections,
                  const std::shared_ptr<const Dataset>& data) {
  make_probe_inputs(data, settings.probes);
  for (const std::string& name : settings.probes.enabled) {
    const Probe& probe = find_probe(sections.probes, name);
    if (why_left_out(probe, *data, *settings.run.model).empty()) probe.check_options(*data);
  }
}

ExitCode print_configs() {
  for (const ConfigFolder& each : list_configs()) {
    for (const std::string& name : each.names) std::cout << name << "  " << each.folder << "\n";
  }
  return ExitCode::kDone;
}

ExitCode train(CommandLine& line) {
  const TrainFlags flags = parse_flags(line);
  if (flags.list) return print_configs();
  if (flags.refines) return train_refine(line, flags.refine, flags.config);
  RunSettings settings;
  const ProbeSections probes;
  ConfigBinder binder;
  bind_settings(binder, settings, probes.sections());
  if (!line.load_config(binder, flags.config)) return ExitCode::kDone;
  const int threads = job_count(0, line.flags());
  // The workers have the threads; a second team for this thread's short operations would wait
  // actively between them and take 15 % of a step from the workers.
  set_up_computing(1);
  const at::Device device = device_of(flags.device);
  const std::shared_ptr<const Dataset> data = make_dataset(task_request(settings.run));
  settle(settings.run, *data);
  const TrainingCost cost = cost_of(settings.run, *data);
  const RunDirectory directory = settings.directory();
  check_probes(settings, probes, data);
  const StartRequest request = start_request(flags);
  std::optional<InitialWeights> initial;
  const bool may_resume = directory.exists() && request.mode != StartMode::kOverwrite;
  if (!may_resume) initial = read_initial_weights(settings.run);  // a wrong one leaves no folder
  const std::string config_yaml = binder.to_yaml(/*with_provenance=*/false);
  const Trainer::Setup setup{settings.run, config_yaml, threads, flags.detect_anomaly, device};
  if (line.flags().dry_run) {
    const Start start = check_start(settings, request);
    if (start.checkpoint) Trainer(setup, *data, directory).resume(*start.checkpoint, start.path);
    std::cout << run_header(settings, cost, start) << "\n" << to_text(cost);
    return ExitCode::kDone;
  }
  if (!directory.exists()) check_start(settings, request);  // a refused run leaves no folder
  create_folder(directory.root());
  WorkLock lock(directory.train_lock());
  lock.take("training this run");
  const Start start = check_start(settings, request);
  Trainer trainer(setup, *data, directory);
  if (start.checkpoint) trainer.resume(*start.checkpoint, start.path);
  if (!start.checkpoint && may_resume) initial = read_initial_weights(settings.run);
  if (initial) trainer.begin_with(*initial);
  prepare_folder(directory, request, start, *data);
  write_file_atomically(directory.config_file(), config_yaml);
  RunLog log(directory.log_file());
  log.info(run_header(settings, cost, start));
  for (const std::string& warning : start.warnings) log.warn(warning);
  const Session session{line, settings, start, threads, device.str(), initial, trainer};
  return say_what_next(session, log, run_session(session, log));
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) {
  kairo::open_study_probes();
  return kairo::run_program(argc, argv, &kairo::train);
}
