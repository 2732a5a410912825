// What is there of a cell, from its folders: the runs say themselves whether they have ended.
#pragma once

#include <string>

#include "programs/sweep/cells.h"
#include "programs/sweep/manifest.h"

namespace kairo {

// What analyze must be told of a training cell's probes.* and transitions.*: the cell's own
// overrides, and what the run's config.yaml, where it is there, has otherwise.
Overrides analysis_overrides(const Sweep& sweep, const SweepCell& cell);

// kWaiting, kRunning, kTrained or kDone.
//  - running: a process trains it now; one whose run.json only says so was killed and waits;
//  - trained: run.json says that the run finished;
//  - done (training): also report.json is there, no older than run.json, and was made with the
//    cell's settings, as `before` (the cell's entry in sweep.json; empty for none) says by their
//    key. If there is none, the report is assumed to be made with the run's config.yaml;
//  - done (probe): `before` says so for the same key, and its record, unless the probe was left
//    out, is there and no older than the run.
CellStatus status_on_disk(const Sweep& sweep, const SweepCell& cell, const CellRecord& before);

// kConfig, naming both, where what is there under the cell's name was made with another
// configuration: nothing of a sweep is overwritten or mixed.
void refuse_changed(const Sweep& sweep, const SweepCell& cell, const CellRecord& before);

// "z gap > 0.5 nats at 1350": the first confirmed event of a run's report; "no confirmed event", or
// "" where the report cannot be read.
std::string headline(const RunDirectory& run);

// The last line of a log that begins with "error:", else the last that is not empty, of what the
// last command in it ("$ ...") said; "" where there is none. Reads 64 KiB at most.
std::string last_error_line(const std::string& log);

}  // namespace kairo
