#include "programs/sweep/ledger.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "programs/command_line/exit_code.h"
#include "programs/sweep/cell_state.h"

namespace kairo {
namespace {

constexpr int kShellSignalBase = 128;

// Of the last command's cells and of the others alike.
std::map<std::string, CellRecord> records_by_name(const Manifest& manifest) {
  std::map<std::string, CellRecord> records;
  for (const auto* cells : {&manifest.cells, &manifest.others}) {
    for (const CellRecord& each : *cells) records.emplace(each.name, each);
  }
  return records;
}

std::string relative(const std::string& path, const std::string& folder) {
  return std::filesystem::path(path).lexically_relative(folder).string();
}

CellRecord joined(const Sweep& sweep, const SweepCell& cell, const CellRecord& before) {
  CellRecord record = before;
  record.name = cell.name;
  record.key = cell.key;
  record.varied = cell.varied;
  record.overrides = cell.overrides;
  record.run = relative(sweep.run(cell).root(), sweep.folder());
  record.status = status_on_disk(sweep, cell, before);
  if (record.status == CellStatus::kDone) record.error.clear();
  const bool was_left_out = record.status == CellStatus::kDone && before.record.empty();
  if (sweep.file.is_of_probes() && !was_left_out) {
    record.record = relative(sweep.run(cell).record(sweep.file.probe, cell.label), sweep.folder());
  }
  return record;
}

}  // namespace

std::string duration_text(double seconds) {
  return seconds < 60 ? fmt::format("{:.0f} s", seconds) : fmt::format("{:.1f} min", seconds / 60);
}

Ledger::Ledger(const Sweep& sweep, LedgerLines lines, LedgerFile file)
    : sweep_(sweep), lines_(std::move(lines)), file_(file) {
  std::map<std::string, CellRecord> before = records_by_name(read_manifest(path()));
  manifest_.sweep = sweep.file.name;
  manifest_.config = sweep.file.file;
  manifest_.base = sweep.file.base;
  manifest_.probe = sweep.file.probe;
  for (const SweepCell& cell : sweep.cells) {
    const CellRecord known = before[cell.name];
    before.erase(cell.name);
    refuse_changed(sweep, cell, known);
    manifest_.cells.push_back(joined(sweep, cell, known));
  }
  for (const auto& [name, record] : before) manifest_.others.push_back(record);
}

void Ledger::save() const {
  if (file_ == LedgerFile::kWritten) write_manifest(path(), manifest_);
}

void Ledger::set_queued(std::size_t cell, const std::string& slurm_task, bool analyzes) {
  const std::string& key = sweep_.cells[cell].config.analysis_key;
  manifest_.cells[cell].slurm_analysis = analyzes ? key : "";
  set_task(cell, slurm_task);
}

void Ledger::set_task(std::size_t cell, const std::string& slurm_task) {
  manifest_.cells[cell].status = CellStatus::kQueued;
  manifest_.cells[cell].slurm_task = slurm_task;
}

void Ledger::set_running(std::size_t cell) {
  manifest_.cells[cell].status = CellStatus::kRunning;
  save();
}

void Ledger::set_interrupted(std::size_t cell) {
  manifest_.cells[cell].status = CellStatus::kInterrupted;
  forget_task(cell);
  save();
}

void Ledger::forget_task(std::size_t cell) {
  manifest_.cells[cell].slurm_task.clear();
  manifest_.cells[cell].slurm_analysis.clear();
}

// After commands that ended well. `analyzed_now`: with the settings of this key; "" for not.
void Ledger::refresh(std::size_t cell, const std::string& analyzed_now) {
  CellRecord& record = manifest_.cells[cell];
  const SweepCell& about = sweep_.cells[cell];
  if (!analyzed_now.empty()) record.analysis = analyzed_now;
  if (!sweep_.file.is_of_probes()) {
    record.status = status_on_disk(sweep_, about, record);
    return;
  }
  record.status = CellStatus::kDone;
  const bool is_left_out =
      !std::filesystem::exists(sweep_.run(about).record(sweep_.file.probe, about.label));
  if (is_left_out) record.record.clear();
}

std::string Ledger::failure_text(std::size_t cell, int code) const {
  // The last line of its log is then the command that continues it, and no error.
  if (code == static_cast<int>(ExitCode::kInterrupted)) return "interrupted, can be continued";
  const std::string line = last_error_line(sweep_.log(sweep_.cells[cell]));
  const std::string how = code > kShellSignalBase
                              ? fmt::format("ended by signal {}", code - kShellSignalBase)
                              : fmt::format("exit code {}", code);
  return line.empty() ? how : how + ": " + line;
}

std::string Ledger::news_of(std::size_t cell) const {
  const CellRecord& record = manifest_.cells[cell];
  const SweepCell& about = sweep_.cells[cell];
  if (!record.error.empty()) return record.error + "; log: " + sweep_.log(about);
  if (!sweep_.file.is_of_probes()) return headline(sweep_.run(about));
  return record.record.empty() ? last_error_line(sweep_.log(about))
                               : sweep_.run(about).record(sweep_.file.probe, about.label);
}

bool Ledger::end(std::size_t cell, int code, double seconds, CellStatus wanted,
                 const std::string& failure) {
  const std::string& key = sweep_.cells[cell].config.analysis_key;
  return close(cell, {code, seconds, wanted, wanted == CellStatus::kDone ? key : "", failure});
}

// What was submitted to train alone, or with settings that have changed since, leaves a cell that
// is to be analyzed.
bool Ledger::end_task(std::size_t cell, int code, double seconds, const std::string& failure) {
  const std::string analysis = manifest_.cells[cell].slurm_analysis;
  const bool is_done_by_it =
      sweep_.file.is_of_probes() || analysis == sweep_.cells[cell].config.analysis_key;
  const CellStatus wanted = is_done_by_it ? CellStatus::kDone : CellStatus::kTrained;
  return close(cell, {code, seconds, wanted, analysis, failure});
}

bool Ledger::close(std::size_t cell, const CellEnd& end) {
  CellRecord& record = manifest_.cells[cell];
  record.seconds = end.seconds;
  forget_task(cell);
  record.error = end.failure;
  if (end.failure.empty() && end.code != 0) record.error = failure_text(cell, end.code);
  if (record.error.empty()) {
    refresh(cell, end.analyzed_now);
    const bool is_reached = record.status == CellStatus::kDone || record.status == end.wanted;
    if (!is_reached) record.error = "its programs ended well, but its results are not there";
  }
  if (!record.error.empty()) record.status = CellStatus::kFailed;
  save();
  say_end(cell);
  return record.error.empty();
}

void Ledger::say_end(std::size_t cell) const {
  const CellRecord& record = manifest_.cells[cell];
  const std::string news = news_of(cell);
  const std::string line =
      fmt::format("{:<8} {}  {}{}{}", name_of(record.status), record.name,
                  duration_text(record.seconds), news.empty() ? "" : "  ", news);
  (record.error.empty() ? lines_.good : lines_.failure)(line);
}

std::size_t Ledger::count(CellStatus status) const {
  return static_cast<std::size_t>(
      std::count_if(manifest_.cells.begin(), manifest_.cells.end(),
                    [&](const CellRecord& each) { return each.status == status; }));
}

}  // namespace kairo
