#include "studies/probes/study_probes.h"

#include "studies/studies.h"

// CMake writes a line for each study with a folder probes/.
#define KAIRO_STUDY(folder) \
  namespace kairo::folder { \
  void add_probes();        \
  }
#include "studies/probes/table.inc"
#undef KAIRO_STUDY

namespace kairo {

void open_study_probes() {
  static bool are_open = false;
  if (are_open) return;
  are_open = true;
  open_studies();
#define KAIRO_STUDY(folder) folder::add_probes();
#include "studies/probes/table.inc"
#undef KAIRO_STUDY
}

}  // namespace kairo
