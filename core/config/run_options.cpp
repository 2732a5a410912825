#include "core/config/run_options.h"

namespace kairo {

Sections RunOptions::sections() {
  data.follow(task.name);
  Sections all = {{"experiment", &experiment},
                  {"task", &task},
                  {"data", &data},
                  {"model", &model},
                  {"training", &training}};
  for (const auto& each : optimizer.sections()) all.push_back(each);
  return all;
}

}  // namespace kairo
