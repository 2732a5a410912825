// What the figures of a run show of a task beside the general ones, as its study says.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kairo {

struct Drawing;
struct FigureInputs;
struct Panel;
struct PanelRow;
struct RunData;

struct FigureKind {
  std::string name;  // "weight_norms": the files and the name in reports
  Drawing (*make)(const FigureInputs&) = nullptr;
  // A probe that does not run by default: without its record nothing is said of the figure, unless
  // it is asked for by name or the run says why there is none.
  std::string on_request = "";
  bool (*has_other_source)(const RunData&) = nullptr;  // than that record
  std::string after = "";  // the figure that it follows in reports; "": the last one
};

// Functions may be null.
struct TaskFigures {
  std::vector<FigureKind> figures;
  // Beside loss and accuracy, in training_curves and on the dashboard; and its name in captions.
  std::optional<Panel> (*training_panel)(const FigureInputs&) = nullptr;
  std::string training_panel_name;
  // The panels of the dashboard after these; the general ones if null.
  std::vector<std::optional<Panel>> (*dashboard_panels)(const FigureInputs&) = nullptr;
  // A row of maps below the panels, and notes below the page.
  PanelRow (*dashboard_maps)(const FigureInputs&) = nullptr;
  std::vector<std::string> (*dashboard_notes)(const FigureInputs&) = nullptr;
};

}  // namespace kairo
