// A study: a task with a question, and what is looked at beside the general measurements. Each is a
// folder of studies/ with a function `Study study()` in a namespace of the folder's name, and one
// line in studies/CMakeLists.txt. CONTRIBUTING.md shows how to add one.
#pragma once

#include <string>

#include "analysis/task_analysis.h"
#include "core/config/task_kind.h"
#include "core/data/task.h"
#include "studies/control_model.h"

namespace kairo {

// A study without a task has an empty TaskKind::name; one without control models has none.
struct Study {
  std::string name;          // its folder
  std::string question;      // one line
  TaskKind task;             // its keys in the configuration
  TaskMaker make = nullptr;  // its dataset
  TaskAnalysis analysis;     // events, pair, series, words, figures
  std::vector<ControlModel> controls;
  ControlFigure control_figure = nullptr;
};

}  // namespace kairo
