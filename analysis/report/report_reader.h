// Reads a run's report.json back: its events and orders, for comparisons over runs and seeds.
// Thread rule: pure.
#pragma once

#include <string>

#include "analysis/stats/seeds.h"

namespace kairo {

// Events: the named ones; "SERIES/25", "/50", "/75" for the rises; "change_point/SERIES"
// (kNoTransition where there is none: it is no event that came later). `where` names the text in
// errors. Throws kCorrupt where it is no JSON, is of another version than kReportVersion or lacks
// what such a report has; analyze then writes it anew from the records.
ReportedRun parse_report(const std::string& text, const std::string& where);

// The same of a file; kNotFound where there is none.
ReportedRun read_report(const std::string& path);

}  // namespace kairo
