// A model whose learning curve is known in closed form, to stand beside a run as a control. The
// program `baseline` trains those of all studies.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analysis/plot/page.h"
#include "core/config/fields.h"
#include "core/store/metrics.h"
#include "core/store/record.h"

namespace kairo {

struct ControlSchedule : Options {  // baseline.*
  int64_t max_steps = 20000;
  int64_t eval_every = 100;
  std::vector<Field> fields() override;
};

struct ControlModel {
  std::string name;                       // its keys are baseline.<name>.*
  std::unique_ptr<Options> (*options)();  // with their defaults
  void (*check)(const Options&);          // throws kConfig; null: nothing to check
  Record (*run)(const Options&, const ControlSchedule&, int64_t seed);
};

struct ControlResult {
  const Options* options = nullptr;  // of a model that was not trained too
  const Record* record = nullptr;    // null: not trained in this call
};

// `results` in the order of the study's models; `experiment` is "" and `run` empty without a run.
using ControlFigure = Page (*)(const std::vector<ControlResult>& results,
                               const std::string& experiment, const Metrics& run);

}  // namespace kairo
