#include "programs/interruption.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

namespace kairo {
namespace {

constexpr int kStopped = 7;  // the exit code of a child that saw the flag and ended by itself

// A program of which `threads` get SIGTERM at the same moment.
[[noreturn]] void be_interrupted(int threads) {
  const std::atomic<bool>& interrupted = catch_interruptions();
  std::atomic<int> n_ready{0};
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&] {
      ++n_ready;
      while (n_ready < threads) std::this_thread::yield();
      pthread_kill(pthread_self(), SIGTERM);
    });
  }
  for (std::thread& each : all) each.join();
  _exit(interrupted ? kStopped : 0);
}

template <typename Function>
int exit_code(Function function) {
  const pid_t child = fork();
  if (child == 0) function();
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// A second signal on another thread found no time of the first and ended the program at once: its
// last checkpoint was lost. (Once in some hundred tries.)
TEST(Interruption, SignalsAtTheSameMomentAreOne) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  for (int i = 0; std::chrono::steady_clock::now() < end; ++i) {
    ASSERT_EQ(exit_code([] { be_interrupted(4); }), kStopped) << "try " << i;
  }
}

TEST(Interruption, ASecondOneLaterEndsTheProgramAtOnce) {
  const auto twice = [] {
    catch_interruptions();
    raise(SIGTERM);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    raise(SIGINT);
    _exit(kStopped);
  };
  EXPECT_EQ(exit_code(twice), 130);
}

// Only SIGINT and SIGTERM were caught: a terminal that was closed, a limit on processor time or a
// batch system's warning lost everything since the last checkpoint.
TEST(Interruption, EverySignalThatEndsAProcessSetsTheFlag) {
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGUSR1, SIGUSR2, SIGALRM,
                           SIGPWR, SIGVTALRM, SIGPROF, SIGIO}) {
    const auto end = [&] {
      signal(number, SIG_DFL);
      const std::atomic<bool>& interrupted = catch_interruptions();
      raise(number);
      _exit(interrupted ? kStopped : 0);
    };
    EXPECT_EQ(exit_code(end), kStopped) << strsignal(number);
  }
}

TEST(Interruption, WhatTheCallerIgnoresStaysIgnored) {
  const auto under_nohup = [] {
    signal(SIGHUP, SIG_IGN);
    const std::atomic<bool>& interrupted = catch_interruptions();
    raise(SIGHUP);
    _exit(interrupted ? kStopped : 0);
  };
  EXPECT_EQ(exit_code(under_nohup), 0);
}

// The system sends SIGXCPU every second until the hard limit.
TEST(Interruption, ARepeatedLimitOnProcessorTimeLeavesTimeToSave) {
  const auto twice = [] {
    catch_interruptions();
    raise(SIGXCPU);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    raise(SIGXCPU);
    _exit(kStopped);
  };
  EXPECT_EQ(exit_code(twice), kStopped);
}

}  // namespace
}  // namespace kairo
