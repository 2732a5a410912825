#include "studies/control_model.h"

namespace kairo {

std::vector<Field> ControlSchedule::fields() {
  return {
      {"max_steps", max_steps, {1, 100000000}, "Updates; those of the run to compare with."},
      {"eval_every", eval_every, {1, 100000000}, "Updates between two evaluations."},
  };
}

}  // namespace kairo
