#include "analysis/report.h"
#include "core/store/atomic_file.h"

namespace kairo {

void write_reports(const RunDirectory& directory, const RunData& run, const Findings& findings,
                   const std::vector<FigureResult>& figures) {
  write_file_atomically(directory.report("md"), report_markdown(run, findings, figures));
  write_file_atomically(directory.report("html"),
                        report_html(run, findings, figures, directory.root()));
  write_file_atomically(directory.report("json"), report_json(run, findings, figures));
}

}  // namespace kairo
