#include "analysis/report/sections.h"

namespace kairo {
namespace {

enum class Which { kDashboard, kOthers };

// The figures that were drawn.
Section section_of(const std::string& title, const std::vector<FigureResult>& figures,
                   Which which) {
  Section section;
  for (const FigureResult& figure : figures) {
    const Which each = figure.name == "dashboard" ? Which::kDashboard : Which::kOthers;
    if (!figure.left_out.empty() || each != which) continue;
    section.title = title;
    section.blocks.push_back(Picture{figure.name, figure.caption, figure.path()});
  }
  return section;
}

}  // namespace

Section dashboard_section(const std::vector<FigureResult>& figures) {
  return section_of("Dashboard", figures, Which::kDashboard);
}

Section figures_section(const std::vector<FigureResult>& figures) {
  return section_of("Figures", figures, Which::kOthers);
}

}  // namespace kairo
