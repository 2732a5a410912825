#include "analysis/report/report.h"
#include "core/files/atomic_file.h"

namespace kairo {

void write_reports(const RunDirectory& directory, const RunData& run, const Findings& findings,
                   const std::vector<FigureResult>& figures, const std::string& label) {
  write_file_atomically(report_path(directory, "md", label),
                        report_markdown(run, findings, figures));
  write_file_atomically(report_path(directory, "html", label),
                        report_html(run, findings, figures, directory.results()));
  write_file_atomically(report_path(directory, "json", label), report_json(run, findings, figures));
}

}  // namespace kairo
