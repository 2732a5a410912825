// verify --experiment NAME: whether a run's files are whole and what their names say, or
// verify --checkpoints FOLDER, of any folder of checkpoints. Changes nothing.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>

#include "core/base/error.h"
#include "core/data/dataset_file.h"
#include "core/files/safe_name.h"
#include "core/store/checkpoint.h"
#include "core/store/record.h"
#include "core/store/run_directory.h"
#include "core/store/trajectory_check.h"
#include "programs/command_line/command_line.h"
#include "programs/run_check.h"
#include "programs/run_setup.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHashDigits = 12;

struct VerifyFlags {
  std::string experiment;
  std::string checkpoints;
  std::string results_dir;
};

VerifyFlags parse_flags(CommandLine& line) {
  VerifyFlags flags;
  CLI::App& app = line.app();
  app.description(
      "Checks a run's files for damage, wrong or duplicate steps, and checkpoints that do not fit "
      "the trajectory; also whether config.yaml, run.json, dataset, metrics and records fit the "
      "checkpoints. The exit code is 3 if something is wrong.");
  app.add_option("--experiment", flags.experiment, "The run, a folder under --output-dir.")
      ->type_name("NAME");
  app.add_option("--checkpoints", flags.checkpoints,
                 "Check a folder of checkpoints (e.g. imported ones) instead of a run.")
      ->type_name("FOLDER");
  app.add_option("--results-dir", flags.results_dir,
                 "Check the records in DIR/NAME, where analyze --results-dir DIR wrote them.")
      ->type_name("DIR");
  line.leave_out({"--threads", "--seed", "--no-progress", "--print-config", "--help-config"});
  line.parse();
  if (flags.experiment.empty() == flags.checkpoints.empty() && !line.flags().help_config) {
    throw Error(ErrorKind::kUsage)
        .at("verify")
        .fact(flags.experiment.empty() ? "--experiment NAME or --checkpoints FOLDER is missing"
                                       : "--experiment and --checkpoints exclude each other")
        .hint("for example: verify --experiment k10_n1000");
  }
  return flags;
}

// What was looked at, a line each, and what is wrong with it.
class Findings {
 public:
  explicit Findings(bool quiet) : quiet_(quiet) {}

  void add_line(bool is_whole, const std::string& what) {
    if (!quiet_) std::cout << (is_whole ? "ok     " : "WRONG  ") << what << "\n";
  }
  void add(const std::string& text) {
    ++count_;
    std::cout << "       " << text << "\n";
  }

  // Looks at one file. That it cannot be read, whyever, is a finding: the others are looked at.
  template <typename Function>
  bool look_at(const std::string& what, Function function) {
    try {
      function();
    } catch (const Error& error) {
      add_line(false, what);
      add(error.what());
      return false;
    }
    add_line(true, what);
    return true;
  }

  int64_t count() const { return count_; }

 private:
  bool quiet_;
  int64_t count_ = 0;
};

// What is known of the checkpoints.
struct Seen {
  bool any = false;
  int64_t last_step = 0;
  std::map<int64_t, std::string> hashes;  // content hash by step, of the readable ones
};

Seen look_at_checkpoints(const std::string& folder, Findings& findings) {
  std::vector<TrajectoryPoint> points;
  if (!findings.look_at(folder, [&] { points = find_checkpoints(folder); })) return {};
  const TrajectoryReport report = check_trajectory(points, CheckDepth::kEverything, {});
  findings.add_line(true, fmt::format("{} checkpoints, steps {} to {}", points.size(),
                                      points.front().step, points.back().step));
  for (const TrajectoryCheck& check : report.checks) {
    findings.add_line(
        check.n_found == 0,
        fmt::format("{}: {} checked{}", check.question, check.n_looked_at,
                    check.n_found == 0 ? "" : fmt::format(", {} wrong", check.n_found)));
    for (const TrajectoryFinding& finding : report.of(check.name)) findings.add(finding.text);
  }
  return {true, points.back().step, report.content_hashes};
}

// Those that can be found: a folder that cannot be listed is a finding.
std::vector<std::string> records_of(const RunDirectory& run, Findings& findings) {
  const std::string folder = run.results() + "/probes";
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (entry->path().extension() == ".h5" && name.front() != '.') paths.push_back(entry->path());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    findings.add_line(false, folder);
    findings.add(folder + ": its records cannot all be found: " + error.message());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// A record of another run's checkpoints, or of these before they were made anew.
void check_measured(const std::string& path, const Record& record,
                    const std::map<int64_t, std::string>& hashes) {
  for (std::size_t row = 0; row < record.steps.size(); ++row) {
    const auto now = hashes.find(record.steps[row]);
    if (now == hashes.end() || now->second == record.checkpoint_hashes[row]) continue;
    throw Error(ErrorKind::kCorrupt)
        .at(path)
        .fact("step " + std::to_string(record.steps[row]) +
              " was measured on a checkpoint with hash " +
              quoted(record.checkpoint_hashes[row].substr(0, kHashDigits)) +
              ", and the file now has " + now->second.substr(0, kHashDigits))
        .hint("analyze and the probes measure such steps again");
  }
}

// The last step with what an interruption kept between two planned ones.
int64_t look_at_interrupted(const RunDirectory& run, int64_t last_planned, Findings& findings) {
  int64_t last = last_planned;
  for (const TrajectoryPoint& point : find_interrupted(run.checkpoints())) {
    findings.look_at(point.path, [&] { read_checkpoint(point.path, CheckpointPart::kEverything); });
    last = std::max(last, point.step);
  }
  return last;
}

// run.json before the checkpoints: what it says of them has then been true, also where training
// goes on meanwhile.
void look_at_run(const RunDirectory& run, Findings& findings) {
  int64_t eval_every = std::numeric_limits<int64_t>::max();  // where no config says it
  findings.look_at(run.config_file(),
                   [&] { eval_every = read_training_options(run.config_file()).eval_every; });
  RunState state;
  const bool has_state =
      findings.look_at(run.run_file(), [&] { state = read_run_state(run.run_file()); });
  const Seen seen = look_at_checkpoints(run.checkpoints(), findings);
  const int64_t last_step = look_at_interrupted(run, seen.last_step, findings);
  if (has_state && seen.any) {
    findings.look_at(run.run_file() + ", steps",
                     [&] { check_last_step(run.run_file(), state, last_step); });
  }
  findings.look_at(run.dataset_file(), [&] { read_dataset(run.dataset_file()); });
  findings.look_at(run.metrics_file(),
                   [&] { check_metrics(run.metrics_file(), eval_every, seen.last_step); });
  for (const std::string& path : records_of(run, findings)) {
    findings.look_at(path, [&] { check_measured(path, read_record(path), seen.hashes); });
  }
}

ExitCode verify(CommandLine& line) {
  const VerifyFlags flags = parse_flags(line);
  RunSettings settings;
  ConfigBinder binder;
  binder.bind("output", settings.output);
  if (!line.load_config(binder, "")) return ExitCode::kDone;
  Findings findings(line.flags().quiet);
  if (!flags.checkpoints.empty()) {
    look_at_checkpoints(flags.checkpoints, findings);
  } else {
    const RunDirectory run(settings.output.base_dir, flags.experiment, flags.results_dir);
    run.require();
    look_at_run(run, findings);
  }
  if (findings.count() == 0) return ExitCode::kDone;
  std::cout << findings.count() << (findings.count() == 1 ? " fault" : " faults") << " found\n";
  return ExitCode::kInput;
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) { return kairo::run_program(argc, argv, kairo::verify); }
