// The sweep as it goes: every change of a cell into sweep.json, and one line as each cell ends.
//
// Thread rule: belongs to one thread.
#pragma once

#include <functional>
#include <string>

#include "programs/sweep/cells.h"
#include "programs/sweep/manifest.h"

namespace kairo {

// Where the line of an ended cell goes.
struct LedgerLines {
  std::function<void(const std::string&)> good;
  std::function<void(const std::string&)> failure;
};

// For a plan sweep.json is left as it is.
enum class LedgerFile { kWritten, kLeftAlone };

class Ledger {
 public:
  // Joins the cells with what sweep.json knows of them and what is on disk. What it knows of cells
  // that are not in the sweep it keeps as it is, apart: their tasks may be at Slurm, and they may
  // come back. Writes nothing yet. kConfig for a cell that has changed under its name, kCorrupt for
  // a damaged sweep.json.
  Ledger(const Sweep& sweep, LedgerLines lines, LedgerFile file = LedgerFile::kWritten);

  const Sweep& sweep() const { return sweep_; }
  const CellRecord& record(std::size_t cell) const { return manifest_.cells[cell]; }
  std::string path() const { return sweep_.folder() + "/sweep.json"; }

  void save() const;
  // `analyzes`: the task analyzes the cell too.
  void set_queued(std::size_t cell, const std::string& slurm_task, bool analyzes);
  // The task as Slurm numbers it.
  void set_task(std::size_t cell, const std::string& slurm_task);
  void set_running(std::size_t cell);
  void set_interrupted(std::size_t cell);
  // Forgets a task that was never submitted.
  void forget_task(std::size_t cell);
  // The cell's commands have ended: with `code`, or (`failure` not empty) in a way that has none.
  // `wanted`: kDone, or kTrained where it was not to be analyzed. True where that is reached.
  bool end(std::size_t cell, int code, double seconds, CellStatus wanted,
           const std::string& failure = "");
  // The same of its task at Slurm, which knows itself what it was to do.
  bool end_task(std::size_t cell, int code, double seconds, const std::string& failure = "");

  std::size_t count(CellStatus status) const;

 private:
  struct CellEnd {
    int code;
    double seconds;
    CellStatus wanted;
    std::string analyzed_now;  // with the settings of this key; "" for not
    std::string failure;
  };
  bool close(std::size_t cell, const CellEnd& end);
  void say_end(std::size_t cell) const;
  void refresh(std::size_t cell, const std::string& analyzed_now);
  std::string failure_text(std::size_t cell, int code) const;
  std::string news_of(std::size_t cell) const;  // what the line of an ended cell says

  const Sweep& sweep_;
  LedgerLines lines_;
  LedgerFile file_;
  Manifest manifest_;
};

// "12.3 min", "41 s"
std::string duration_text(double seconds);

}  // namespace kairo
