// The study's words in reports: its task told with one example, what its terms mean, and the
// letters of its spans.
//
//   BOS  o t u 9 z e  SEP  2 0  SEP  k 7 r d  EOS
//        base B            z         target A
//                               q
//
// A reader who sees only a report meets z, a, q, B and K here first. Thread rule: pure.
#pragma once

#include "analysis/task_words.h"

namespace kairo::late_disambiguation {

// Of the first training example whose answer begins differently with another selector, if there is
// one. Empty for a dataset without examples or without a target.
TaskBox task_box(const DatasetArrays& data);

// "az_to_b: BOS A SEP z SEP B EOS; A alone tells B, z is not needed"; another word as it is.
std::string direction_words(const std::string& direction);

// A task "disambiguation/SOURCE_to_ANSWER" names its spans by letters itself ("bz_to_a": base B,
// target A, selector z).
char span_letter(const std::string& task, const std::string& span);

// "K = 5, 400 bases", from the keys k and n_unique_b.
std::string data_words(const std::vector<int64_t>& values);

TaskWords task_words();

}  // namespace kairo::late_disambiguation
