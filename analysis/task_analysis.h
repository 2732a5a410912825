// What analysis is told of a task by its study: everything in reports and figures that is not the
// same for all tasks.
//
// Thread rule: added before anything else runs, by open_studies (studies/studies.h).
#pragma once

#include <string>
#include <vector>

#include "analysis/compared_task.h"
#include "analysis/events.h"
#include "analysis/series_spec.h"
#include "analysis/task_figures.h"
#include "analysis/task_words.h"

namespace kairo {

struct TaskAnalysis {
  std::string task;               // task.name
  std::vector<EventSpec> events;  // the first is the onset: `analyze --refine onset`
  ComparedTask compared;
  TaskWords words;
  // The series that are timed, in the order of reports; null: only general ones.
  std::vector<SeriesSpec> (*series)(const TransitionsOptions&) = nullptr;
  TaskFigures figures;
};

void add_task_analysis(const TaskAnalysis& analysis);
// In the order in which they were added.
const std::vector<TaskAnalysis>& task_analyses();
// `task` as a run's dataset has it, "NAME" or "NAME/VARIANT"; without anything for an unknown one.
const TaskAnalysis& analysis_of(const std::string& task);

}  // namespace kairo
