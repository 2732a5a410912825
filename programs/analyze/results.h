// The writing half of analyze: from a run's records to its figures and reports, one analyze at a
// time.
#pragma once

#include <string>
#include <vector>

#include "core/files/work_lock.h"
#include "core/store/run_directory.h"
#include "programs/analyze/analyze_flags.h"
#include "programs/analyze/checked_weights.h"
#include "programs/run_setup.h"

namespace kairo {

// Keeps the results of one analyze from being mixed with another's. False if it was interrupted
// while it waited.
bool take_turn(WorkLock& lock, const RunDirectory& run, const std::string& label);

// Throws kNotFound if the run has no records of a label other than the default: a mistyped label
// must not make a report of nothing. The default label may be without records: its figures then
// show the metrics alone.
void require_records(const RunDirectory& run, const std::string& label,
                     const ProbeSections& sections);

// The records of the `chosen` probes and of any other that has one; and why a probe is left out.
RunData read_results(const RunDirectory& run, const AnalyzeFlags& flags,
                     const std::vector<Probe*>& chosen, const ProbeSections& sections,
                     const RunSettings& settings, const CheckedWeights& checked);

// Draws the figures, writes the reports and, unless `quiet`, prints the events.
void write_results(const RunDirectory& run, const RunData& data, const std::string& label,
                   bool quiet);

}  // namespace kairo
