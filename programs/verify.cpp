// verify --experiment NAME: whether a run's files are whole and what their names say, or
// verify --checkpoints FOLDER, of any folder of checkpoints. Changes nothing.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "core/data/dataset_file.h"
#include "core/store/metrics.h"
#include "core/store/record.h"
#include "core/store/run_directory.h"
#include "core/store/safe_name.h"
#include "core/store/trajectory_check.h"
#include "hooks/error.h"
#include "programs/command_line.h"
#include "programs/run_setup.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHashDigits = 12;

struct VerifyFlags {
  std::string experiment;
  std::string checkpoints;
};

VerifyFlags parse_flags(CommandLine& line) {
  VerifyFlags flags;
  CLI::App& app = line.app();
  app.description(
      "Checks that a run's files are whole, and its checkpoints the steps that their names say: "
      "digests, steps, duplicates, steps off the path of their neighbours. Ends with 3 where "
      "something is wrong.");
  app.add_option("--experiment", flags.experiment, "The run, a folder under --output-dir.")
      ->type_name("NAME");
  app.add_option("--checkpoints", flags.checkpoints,
                 "A folder of checkpoints, e.g. imported ones, instead of a run.")
      ->type_name("FOLDER");
  line.parse();
  if (flags.experiment.empty() == flags.checkpoints.empty() && !line.flags().help_config) {
    throw Error(ErrorKind::kUsage, {"verify", "--experiment NAME or --checkpoints FOLDER",
                                    flags.experiment.empty() ? "neither" : "both",
                                    "for example: verify --experiment k10_n1000"});
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

  // Looks at one file; what it throws as damaged or missing is a finding.
  template <typename Function>
  void look_at(const std::string& what, Function function) {
    try {
      function();
      add_line(true, what);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kCorrupt && error.kind() != ErrorKind::kNotFound) throw;
      add_line(false, what);
      add(error.what());
    }
  }

  int64_t count() const { return count_; }

 private:
  bool quiet_;
  int64_t count_ = 0;
};

// Content hashes of the checkpoints by step.
using Hashes = std::map<int64_t, std::string>;

Hashes look_at_checkpoints(const std::string& folder, Findings& findings) {
  const std::vector<TrajectoryPoint> points = find_checkpoints(folder);
  const TrajectoryReport report = check_trajectory(points, CheckDepth::kEverything, {});
  findings.add_line(true, fmt::format("{}: {} checkpoints, steps {} to {}", folder, points.size(),
                                      points.front().step, points.back().step));
  for (const TrajectoryCheck& check : report.checks) {
    findings.add_line(
        check.n_found == 0,
        fmt::format("{}: {} looked at{}", check.question, check.n_looked_at,
                    check.n_found == 0 ? "" : fmt::format(", {} wrong", check.n_found)));
    for (const TrajectoryFinding& finding : report.of(check.name)) findings.add(finding.text);
  }
  return report.content_hashes;
}

std::vector<std::string> records_of(const RunDirectory& run) {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(run.root() + "/probes", error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (entry->path().extension() == ".h5" && name.front() != '.') paths.push_back(entry->path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// A record of another run's checkpoints, or of these before they were made anew.
void check_measured(const std::string& path, const Record& record, const Hashes& hashes) {
  for (std::size_t row = 0; row < record.steps.size(); ++row) {
    const auto now = hashes.find(record.steps[row]);
    if (now == hashes.end() || now->second == record.checkpoint_hashes[row]) continue;
    throw Error(ErrorKind::kCorrupt,
                {path,
                 "step " + std::to_string(record.steps[row]) +
                     " measured on its checkpoint, hash " + now->second.substr(0, kHashDigits),
                 quoted(record.checkpoint_hashes[row].substr(0, kHashDigits)),
                 "analyze and the probes measure such steps anew"});
  }
}

void look_at_run(const RunDirectory& run, const Hashes& hashes, Findings& findings) {
  findings.look_at(run.dataset_file(), [&] { read_dataset(run.dataset_file()); });
  findings.look_at(run.metrics_file(), [&] { read_metrics(run.metrics_file()); });
  for (const std::string& path : records_of(run)) {
    findings.look_at(path, [&] { check_measured(path, read_record(path), hashes); });
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
    const RunDirectory run(settings.output.base_dir, flags.experiment);
    run.require();
    const Hashes hashes = look_at_checkpoints(run.checkpoints(), findings);
    look_at_run(run, hashes, findings);
  }
  if (findings.count() == 0) return ExitCode::kDone;
  std::cout << findings.count() << (findings.count() == 1 ? " fault" : " faults") << " found\n";
  return ExitCode::kInput;
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) { return kairo::run_program(argc, argv, kairo::verify); }
