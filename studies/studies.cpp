#include "studies/studies.h"

// CMake writes the lines KAIRO_STUDY(folder) from the list in studies/CMakeLists.txt.
#define KAIRO_STUDY(folder) \
  namespace kairo::folder { \
  Study study();            \
  }
#include "studies/table.inc"
#undef KAIRO_STUDY

namespace kairo {

const std::vector<Study>& studies() {
  static const std::vector<Study> all = {
#define KAIRO_STUDY(folder) folder::study(),
#include "studies/table.inc"
#undef KAIRO_STUDY
  };
  return all;
}

void open_study(const Study& study) {
  if (study.task.name.empty()) return;
  add_task_kind(study.task);
  add_task(study.task.name, study.make);
  add_task_analysis(study.analysis);
}

void open_studies() {
  static bool are_open = false;
  if (are_open) return;
  are_open = true;
  for (const Study& study : studies()) open_study(study);
}

}  // namespace kairo
