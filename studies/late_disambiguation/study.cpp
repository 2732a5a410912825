#include "studies/study.h"

#include "studies/late_disambiguation/compare/compare.h"
#include "studies/late_disambiguation/events.h"
#include "studies/late_disambiguation/task_words.h"

namespace kairo::late_disambiguation {

constexpr const char* kTask = "disambiguation";

Study study() {
  Study study;
  study.name = "late_disambiguation";
  study.question = "When does a model begin to use the selector that tells K answers apart?";
  study.task = {kTask, thresholds()};
  study.analysis = {kTask, events(), compared(), task_words()};
  return study;
}

}  // namespace kairo::late_disambiguation
