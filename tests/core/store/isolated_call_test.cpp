#include "core/store/isolated_call.h"

#include <signal.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

struct Answer {
  bool returned = false;
  std::string text;
};

Answer call(const std::function<std::string()>& function, const CallLimits& limits = {}) {
  Answer answer;
  answer.returned = IsolatedCall(function, limits).finish(answer.text);
  return answer;
}

TEST(IsolatedCall, GivesBackWhatTheFunctionReturns) {
  const std::string bytes = std::string("a\0b", 3) + std::string(1 << 20, 'x');
  const Answer answer = call([&] { return bytes; });
  EXPECT_TRUE(answer.returned);
  EXPECT_EQ(answer.text, bytes);
  EXPECT_TRUE(call([] { return ""; }).returned);
}

TEST(IsolatedCall, AnExceptionIsItsText) {
  const Answer answer = call([]() -> std::string { throw std::runtime_error("broken"); });
  EXPECT_FALSE(answer.returned);
  EXPECT_EQ(answer.text, "broken");
}

TEST(IsolatedCall, WhateverEndsTheChildIsAnAnswer) {
  for (const int number : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE}) {
    const Answer answer = call([number]() -> std::string {
      raise(number);
      return "";
    });
    EXPECT_FALSE(answer.returned);
    EXPECT_TRUE(contains(answer.text, "signal " + std::to_string(number))) << answer.text;
  }
  const Answer ended = call([]() -> std::string { _exit(0); });
  EXPECT_FALSE(ended.returned);
  EXPECT_TRUE(contains(ended.text, "ends the process")) << ended.text;
}

TEST(IsolatedCall, AnEndlessLoopEnds) {
  CallLimits limits;
  limits.cpu_seconds = 1;
  const Answer answer = call(
      []() -> std::string {
        for (volatile int i = 0;; ++i) {
        }
      },
      limits);
  EXPECT_FALSE(answer.returned);
  EXPECT_TRUE(contains(answer.text, "more time")) << answer.text;
}

TEST(IsolatedCall, AskingForAllMemoryEnds) {
  CallLimits limits;
  limits.memory = std::size_t{64} << 20;
  const Answer answer = call([] { return std::string(std::size_t{1} << 40, 'x'); }, limits);
  EXPECT_FALSE(answer.returned);
  EXPECT_TRUE(call([] { return std::string(1 << 20, 'x'); }, limits).returned);
}

// The child is a copy of a process in which other threads hold malloc's locks at any time.
TEST(IsolatedCall, ManyThreadsCallWhileOthersAllocate) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> allocating, calling;
  for (int i = 0; i < 3; ++i) {
    allocating.emplace_back([&] {
      while (!stop) std::vector<std::string>(100, std::string(100, 'x'));
    });
  }
  std::atomic<int> n_returned{0};
  for (int i = 0; i < 4; ++i) {
    calling.emplace_back([&] {
      for (int j = 0; j < 10; ++j) {
        n_returned += call([] { return std::string(10000, 'y'); }).returned ? 1 : 0;
      }
    });
  }
  for (std::thread& each : calling) each.join();
  stop = true;
  for (std::thread& each : allocating) each.join();
  EXPECT_EQ(n_returned, 40);
}

}  // namespace
}  // namespace kairo
