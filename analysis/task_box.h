// The box at the top of a report: the task, told with one real example of the run's own dataset.
//
//   BOS  o t u 9 z e  SEP  2 0  SEP  k 7 r d  EOS
//        base B            z         target A
//                               q
//
// A reader who sees only a report meets z, a, q, B and K here first. All that is special to the
// task `disambiguation` in the reports stands in this file and in its glossary. Thread rule: pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/data/memory_dataset.h"

namespace kairo {

struct TaskBox {
  std::string title;  // "The task in one example"; "" where there is no box
  // Lines that share their columns: the tokens, the names of the spans, q.
  std::vector<std::string> sequence;
  std::vector<std::pair<std::string, std::string>> terms;  // "base B" -> "o t u 9 z e: ..."
  std::string summary;                                     // what makes the task hard, or easy
};

// Of the first training example whose answer begins differently with another selector, if there is
// one. Empty for a dataset without examples or without a target.
TaskBox task_box(const DatasetArrays& data);

// "az_to_b: BOS A SEP z SEP B EOS; A alone tells B, z is not needed"; another word as it is.
std::string direction_words(const std::string& direction);

// What a, a', B, q, z, K and the words of the task mean, for the glossary of a report.
std::vector<std::pair<std::string, std::string>> task_glossary();

}  // namespace kairo
