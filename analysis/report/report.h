// report.json (schema: docs/report.schema.json), report.md and report.html: every number with its
// definition, n, interval and the checkpoints behind it.
//
// 1. The same inputs give the same text. The time and machine in it are those of run.json.
// 2. Names from data are escaped: in report.md no experiment name or note can make markup, a link
//    or a table cell, in report.html none can make a tag, an attribute or a script.
// 3. report.md and report.html render one document (report/document.h): they cannot differ in a
//    number. In report.json a number that is infinite or undefined is null, and a status beside it
//    says which.
// 4. report.html is one file: its figures are in it, nothing is fetched; its links are relative.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/figures/figure.h"
#include "analysis/findings.h"
#include "analysis/result_paths.h"
#include "core/store/run_directory.h"

namespace kairo {

constexpr int64_t kReportVersion = 6;

// Ends with a newline.
std::string report_json(const RunData& run, const Findings& findings,
                        const std::vector<FigureResult>& figures);
std::string report_markdown(const RunData& run, const Findings& findings,
                            const std::vector<FigureResult>& figures);
// `folder` is the run's, where the figures that were drawn lie as figures/<name>.png. Throws
// kNotFound where one does not.
std::string report_html(const RunData& run, const Findings& findings,
                        const std::vector<FigureResult>& figures, const std::string& folder);

// All three into the run's folder, as report.* or report-<label>.*; report.json last, since it is
// what others take a run for analyzed by. Throws kIo.
void write_reports(const RunDirectory& directory, const RunData& run, const Findings& findings,
                   const std::vector<FigureResult>& figures,
                   const std::string& label = kDefaultLabel);

// Text that renders as itself in a Markdown paragraph or table cell; line breaks become spaces.
std::string markdown_escape(const std::string& text);

}  // namespace kairo
