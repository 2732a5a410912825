// Requests and error checks that the tests of this room share.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/base/error.h"
#include "core/data/task.h"

namespace kairo {

// 12 bases of 3 characters, 3 selectors of 2, targets of 2, out of "abcdefgh".
inline TaskRequest small_request(Direction direction = Direction::kBzToA) {
  TaskRequest request;
  request.name = "disambiguation";
  request.data.task = direction;
  request.data.n_unique_b = 12;
  request.data.k = 3;
  request.data.b_length = 3;
  request.data.a_length = 2;
  request.data.z_length = 2;
  request.data.vocab_chars = "abcdefgh";
  request.seed = 7;
  return request;
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
