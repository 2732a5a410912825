// Requests and error checks that the tests of this room share.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/base/error.h"
#include "core/data/task.h"
#include "studies/late_disambiguation/data/options.h"

namespace kairo {

// 12 bases of 3 characters, 3 selectors of 2, targets of 2, out of "abcdefgh".
inline TaskRequest small_request(
    late_disambiguation::Direction direction = late_disambiguation::Direction::kBzToA) {
  TaskRequest request;
  request.name = "disambiguation";
  auto& data = request.data.as<late_disambiguation::DisambiguationOptions>();
  data.task = direction;
  data.n_unique_b = 12;
  data.k = 3;
  data.b_length = 3;
  data.a_length = 2;
  data.z_length = 2;
  data.vocab_chars = "abcdefgh";
  request.seed = 7;
  return request;
}

inline DatasetArrays arrays_of(const TaskRequest& request) {
  return make_dataset(request)->arrays();
}

// What the model reads, and the labels, of all examples: [example, pos].
inline std::vector<int32_t> inputs_table(const DatasetArrays& arrays) {
  return arrays.inputs.empty() ? arrays.tokens : arrays.inputs;
}
inline std::vector<int32_t> labels_table(const DatasetArrays& arrays) {
  std::vector<int32_t> labels;
  for (int64_t example = 0; example < arrays.n_examples; ++example) {
    for (int64_t pos = 0; pos < arrays.n_pos; ++pos) labels.push_back(arrays.label(example, pos));
  }
  return labels;
}

// The text of the kairo::Error of that kind that `act` throws; fails where it throws none.
inline std::string error_text(ErrorKind kind, const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error was thrown";
  return "";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace kairo
