#include "programs/sweep/cell_commands.h"

#include "programs/sweep/cell_state.h"

namespace kairo {
namespace {

void add_overrides(const Overrides& overrides, Command& command) {
  for (const Override& each : overrides) command.push_back(each.text());
}

Command train_command(const Sweep& sweep, const SweepCell& cell, const CellPrograms& programs,
                      int threads) {
  Command command = {programs.train, "--config",     sweep.file.base,
                     "--output-dir", sweep.folder(), "--resume",
                     "auto",         "--threads",    std::to_string(threads)};
  add_overrides(cell.overrides, command);
  command.push_back("experiment.name=" + cell.name);
  return command;
}

Command analyze_command(const Sweep& sweep, const SweepCell& cell, const CellPrograms& programs,
                        int threads) {
  Command command = {programs.analyze,       "--experiment", cell.name,
                     "--output-dir",         sweep.folder(), "--threads",
                     std::to_string(threads)};
  add_overrides(analysis_overrides(sweep, cell), command);
  return command;
}

Command probe_command(const Sweep& sweep, const SweepCell& cell, const CellPrograms& programs,
                      int threads) {
  const RunDirectory run = sweep.run(cell);
  const std::string base_dir = run.root().substr(0, run.root().rfind('/'));
  Command command = {programs.probe, "--experiment", run.experiment(),
                     "--output-dir", base_dir,       "--label",
                     cell.label,     "--threads",    std::to_string(threads)};
  if (!cell.steps.empty()) command.insert(command.end(), {"--steps", cell.steps});
  add_overrides(cell.overrides, command);
  return command;
}

}  // namespace

CellPrograms find_programs(const SweepFile& file) {
  CellPrograms programs;
  if (file.is_of_probes()) {
    programs.probe = find_program("probe_" + file.probe);
  } else {
    programs.train = find_program("train");
    programs.analyze = find_program("analyze");
  }
  return programs;
}

std::vector<Command> missing_commands(const Sweep& sweep, const SweepCell& cell, CellStatus status,
                                      const CellPrograms& programs, const WorkRequest& request) {
  std::vector<Command> commands;
  if (status == CellStatus::kDone) return commands;
  if (sweep.file.is_of_probes()) {
    commands.push_back(probe_command(sweep, cell, programs, request.threads));
    return commands;
  }
  const bool is_trained = status == CellStatus::kTrained;
  if (!is_trained && request.train) {
    commands.push_back(train_command(sweep, cell, programs, request.threads));
  }
  if (request.analyze && (is_trained || request.train)) {
    commands.push_back(analyze_command(sweep, cell, programs, request.threads));
  }
  return commands;
}

}  // namespace kairo
