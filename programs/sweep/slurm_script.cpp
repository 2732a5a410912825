#include "programs/sweep/slurm_script.h"

namespace kairo {
namespace {

// The line that the cell's log begins each command with, then the command.
std::string logged(const Command& command) {
  const std::string text = shell_quoted(command);
  return shell_quoted({"echo", "$ " + text}) + " && run " + text;
}

// Slurm signals the script when the time ends, the job is preempted or `--signal=B:...` says so.
// The script hands it on and waits until the program has kept what it has. Without this bash would
// end first, and Slurm then kills the program.
const std::string kRun = R"(stopped=
child=
trap 'stopped=1; [ -n "$child" ] && kill -TERM "$child" 2>/dev/null' HUP INT TERM USR1 USR2 XCPU
run() {
  [ -n "$stopped" ] && return 130
  "$@" &
  child=$!
  wait "$child"
  while kill -0 "$child" 2>/dev/null; do wait "$child"; done
  wait "$child"
}
)";

std::string task_case(std::size_t task, const Sweep& sweep, const CellJob& job) {
  std::string text = std::to_string(task) + ")\n";
  text += "  cell=" + shell_quoted({sweep.cell_folder(sweep.cells[job.cell])}) + "\n";
  text += "  work() {\n    ";
  for (std::size_t i = 0; i < job.commands.size(); ++i) {
    text += (i == 0 ? "" : " &&\n      ") + logged(job.commands[i]);
  }
  return text + "\n  }\n  ;;\n";
}

}  // namespace

std::string slurm_script(const Sweep& sweep, const std::vector<CellJob>& jobs) {
  std::string text = "#!/bin/bash\n# Written by sweep; one task a cell.\n";
  text += "case \"$SLURM_ARRAY_TASK_ID\" in\n";
  for (std::size_t i = 0; i < jobs.size(); ++i) text += task_case(i, sweep, jobs[i]);
  text += "*) exit 2 ;;\nesac\n" + kRun;
  // Of this task before it was requeued: it has not ended after all.
  text += "rm -f \"$cell/" + kTaskEndFile + "\"\n";
  text += "work >>\"$cell/sweep.log\" 2>&1 </dev/null\ncode=$?\n";
  // Renamed, so that a reader sees all of it or none.
  text += "echo \"$code $SECONDS\" >\"$cell/" + kTaskEndFile + ".new\"\n";
  text += "mv \"$cell/" + kTaskEndFile + ".new\" \"$cell/" + kTaskEndFile + "\"\nexit \"$code\"\n";
  return text;
}

}  // namespace kairo
