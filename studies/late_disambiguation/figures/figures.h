// The figures of the study, and what it adds to the dashboard.
#pragma once

#include "analysis/task_figures.h"

namespace kairo::late_disambiguation {

TaskFigures figures();

}  // namespace kairo::late_disambiguation
