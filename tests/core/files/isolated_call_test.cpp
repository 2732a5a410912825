#include "core/files/isolated_call.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include <atomic>
#include <chrono>
#include <new>
#include <thread>
#include <vector>

#include "core/files/work_lock.h"
#include "tests/core/store/child.h"
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

// The child of a killed `train` kept its train.lock: the next one was refused until the child
// ended.
TEST(IsolatedCall, OfAKilledCallerEndsWithItAndHoldsNoneOfItsLocks) {
  const TemporaryFolder folder;
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);  // so that this process can wait for the child
  void* shared = mmap(nullptr, sizeof(std::atomic<pid_t>), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto* child = new (shared) std::atomic<pid_t>(0);
  const ChildEnd caller = end_of_child([&] {
    WorkLock lock(folder.file("train.lock"));
    lock.take("training");
    const IsolatedCall call(
        [&]() -> std::string {
          *child = getpid();
          alarm(20);  // an end of its own, where no other comes
          pause();
          return "";
        },
        {});
    while (*child == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    kill(getpid(), SIGKILL);
  });
  EXPECT_EQ(caller, ChildEnd::kKilled);
  EXPECT_NO_THROW(WorkLock(folder.file("train.lock")).take("training"));
  int status = 0;
  EXPECT_EQ(waitpid(*child, &status, 0), *child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  prctl(PR_SET_CHILD_SUBREAPER, 0);
  munmap(shared, sizeof(std::atomic<pid_t>));
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
