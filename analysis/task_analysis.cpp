#include "analysis/task_analysis.h"

namespace kairo {
namespace {

std::vector<TaskAnalysis>& all_analyses() {
  static std::vector<TaskAnalysis> all;
  return all;
}

}  // namespace

void add_task_analysis(const TaskAnalysis& analysis) { all_analyses().push_back(analysis); }

const std::vector<TaskAnalysis>& task_analyses() { return all_analyses(); }

const TaskAnalysis& analysis_of(const std::string& task) {
  static const TaskAnalysis none;
  const std::string name = task.substr(0, task.find('/'));
  for (const TaskAnalysis& each : all_analyses()) {
    if (each.task == name) return each;
  }
  return none;
}

}  // namespace kairo
