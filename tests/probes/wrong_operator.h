// A LibTorch operator that computes wrong numbers, as a broken BLAS or memory would make it do:
// what a self-check is there to notice, put in the midst of a probe that knows nothing of it.
//
// By the dispatch mode that LibTorch keeps for tests (TESTING_ONLY_GenericMode). While the object
// lives, results of the named operator are taken `factor` times, for calls from this thread that no
// other operator makes. Thread rule: one object at a time, for the thread that made it.
#pragma once

#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/library.h>

#include <cstdint>
#include <string>

namespace kairo::tiny {

constexpr int64_t kEveryCall = -1;

struct WrongResult {
  std::string of;  // "aten::softmax", whatever its overload
  double factor = 1.01;
  int64_t call = kEveryCall;  // counted from 0; all others are right
};

class WrongOperator {
 public:
  explicit WrongOperator(const WrongResult& result);
  ~WrongOperator();
  WrongOperator(const WrongOperator&) = delete;
  WrongOperator& operator=(const WrongOperator&) = delete;

 private:
  torch::Library library_;
  c10::impl::IncludeDispatchKeyGuard mode_;
};

}  // namespace kairo::tiny
