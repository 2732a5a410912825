// The words of a task in reports, as its study gives them: a box that tells the task with one real
// example of the run's dataset, and a glossary.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/data/memory_dataset.h"

namespace kairo {

struct TaskBox {
  std::string title;  // "The task in one example"; "" where there is no box
  // Lines that share their columns: the tokens, the names of the spans, the predicting position.
  std::vector<std::string> sequence;
  std::vector<std::pair<std::string, std::string>> terms;  // "base B" -> "o t u 9 z e: ..."
  std::string summary;                                     // what makes the task hard, or easy
};

// Functions may be null.
struct TaskWords {
  TaskBox (*box)(const DatasetArrays&) = nullptr;
  // One line about a value of the pair's key, for a comparison of several.
  std::string (*variant)(const std::string& variant) = nullptr;
  // The letter of a span, from the dataset's name; the initial of the span's name otherwise.
  char (*span_letter)(const std::string& task, const std::string& span) = nullptr;
  std::vector<std::pair<std::string, std::string>> glossary;
  // "K": the name of exp(ambiguity), the number of answers to choose among; "" if it has none.
  std::string n_answers;
  // Integer keys of data.* that a report names, and their values in words.
  std::vector<std::string> data_keys;
  std::string (*data)(const std::vector<int64_t>& values) = nullptr;
};

}  // namespace kairo
