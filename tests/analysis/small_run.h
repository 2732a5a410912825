// A made run that is drawn in moments.
#pragma once

#include "tests/analysis/made_run.h"

namespace kairo {

inline made::RunOptions small() {
  made::RunOptions options;
  options.n_steps = 31;
  options.spacing = 100;
  options.n_examples = 24;
  return options;
}

inline RunData small_run() {
  RunData run = made::run(small());
  run.transitions.bootstrap_samples = 50;
  return run;
}

}  // namespace kairo
