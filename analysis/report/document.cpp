#include "analysis/report/document.h"

#include <cmath>

#include "analysis/report/report.h"
#include "analysis/report/sections.h"

namespace kairo {

Cell text_cell(const std::string& text, CellLook look) {
  Cell cell;
  cell.text = text;
  cell.look = look;
  return cell;
}

Cell number_cell(const std::string& text, double number, SortRank rank) {
  if (!std::isfinite(number)) return no_cell(text);
  Cell cell = text_cell(text);
  cell.number = number;
  cell.rank = rank;
  return cell;
}

Cell count_cell(int64_t n) { return number_cell(std::to_string(n), static_cast<double>(n)); }

Cell no_cell(const std::string& text) {
  Cell cell = text_cell(text);
  cell.rank = SortRank::kNone;
  return cell;
}

Cell link_cell(const std::string& text, const std::string& link) {
  Cell cell = text_cell(text);
  cell.link = link;
  return cell;
}

ReportDocument report_document(const RunData& run, const Findings& findings,
                               const std::vector<FigureResult>& figures) {
  ReportDocument document;
  document.file = "report";
  document.version = kReportVersion;
  document.title = run.experiment;
  document.headline = headline(findings.transitions);
  document.scope = scope(run);
  document.box = run.task_box;
  for (Section& section : std::vector<Section>{
           run_section(run.facts), transitions_section(run, findings.transitions),
           dashboard_section(figures), order_section(run, findings), shapes_section(run, findings),
           absences_section(run, findings.transitions, figures), last_values_section(run),
           floors_section(run), figures_section(figures), definitions_section(run),
           quantities_section(run), records_section(run), limits_section()}) {
    if (!section.title.empty()) document.sections.push_back(std::move(section));
  }
  return document;
}

}  // namespace kairo
