#include "studies/study.h"

#include "studies/late_disambiguation/compare/compare.h"
#include "studies/late_disambiguation/data/disambiguation.h"
#include "studies/late_disambiguation/data/options.h"
#include "studies/late_disambiguation/events.h"
#include "studies/late_disambiguation/figures/figures.h"
#include "studies/late_disambiguation/series.h"
#include "studies/late_disambiguation/task_words.h"

namespace kairo::late_disambiguation {

namespace {

constexpr const char* kTask = "disambiguation";

std::unique_ptr<DataOptions> default_options() { return std::make_unique<DisambiguationOptions>(); }

}  // namespace

Study study() {
  Study study;
  study.name = "late_disambiguation";
  study.question = "When does a model begin to use the selector that tells K answers apart?";
  study.task = {kTask,
                default_options,
                thresholds(),
                {"attention_to_z", "logit_lens", "causal_patching", "z_shuffle", "candidates"}};
  study.make = make_disambiguation;
  study.analysis = {kTask, events(), compared(), task_words(), series, figures()};
  return study;
}

}  // namespace kairo::late_disambiguation
