// report.json (schema: docs/report.schema.json) and report.md: every number with its definition, n,
// interval and the checkpoints behind it.
//
// The same inputs give the same text: no times, no machine. Names from data are escaped: in
// report.md no experiment name or note can make markup, a link or a table cell. In report.json a
// number that is infinite or undefined is null, and a status beside it says which.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/figure.h"
#include "analysis/findings.h"

namespace kairo {

constexpr int64_t kReportVersion = 3;

// Ends with a newline.
std::string report_json(const RunData& run, const Findings& findings,
                        const std::vector<FigureResult>& figures);
std::string report_markdown(const RunData& run, const Findings& findings,
                            const std::vector<FigureResult>& figures);

// Text that renders as itself in a Markdown paragraph or table cell; line breaks become spaces.
std::string markdown_escape(const std::string& text);

}  // namespace kairo
