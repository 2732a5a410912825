#include "core/config/run_options.h"

namespace kairo {

Sections RunOptions::sections() {
  return {{"experiment", &experiment},
          {"task", &task},
          {"data", &data},
          {"model", &model},
          {"training", &training}};
}

}  // namespace kairo
