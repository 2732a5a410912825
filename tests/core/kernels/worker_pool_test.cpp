#include "core/kernels/worker_pool.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "core/base/error.h"

namespace kairo {
namespace {

TEST(WorkerPool, DoesEveryTaskOnceAndCanBeUsedAgainAfterAnError) {
  WorkerPool pool(3);
  std::vector<int> done(100, 0);
  pool.run(100, [&](int64_t task) { ++done[task]; });
  EXPECT_EQ(done, std::vector<int>(100, 1));
  EXPECT_THROW(pool.run(5,
                        [](int64_t task) {
                          if (task == 2) throw std::runtime_error("two");
                        }),
               std::runtime_error);
  pool.run(100, [&](int64_t task) { ++done[task]; });
  EXPECT_EQ(done, std::vector<int>(100, 2));
}

TEST(WorkerPool, ThrowsTheErrorOfTheLowestTask) {
  WorkerPool pool(3);
  for (int i = 0; i < 20; ++i) {
    try {
      pool.run(9, [](int64_t task) {
        if (task > 3) throw std::runtime_error(std::to_string(task));
      });
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "4");
    }
  }
}

TEST(WorkerPool, NoTasksReturnAtOnce) {
  WorkerPool pool(2);
  pool.run(0, [](int64_t) { FAIL(); });
}

void give_threads_stacks_of(std::size_t bytes) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, bytes);
  pthread_setattr_default_np(&attributes);
}

// Ends this process: 0 where a pool of threads, for two of whose stacks there is room, was refused
// with the cause and a small one works after it.
[[noreturn]] void start_too_many() {
  constexpr rlim_t kStack = 256 << 20, kRoom = 2 * kStack + kStack / 2;
  give_threads_stacks_of(kStack);
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t most = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + kRoom;
  const rlimit limit = {most, most};
  if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(2);
  try {
    const WorkerPool pool(9);
  } catch (const Error& error) {
    const std::string text = error.what();
    const bool says_all = error.kind() == ErrorKind::kIo &&
                          text.find("only 2 of 9 could be started") != std::string::npos &&
                          text.find("Resource temporarily unavailable") != std::string::npos;
    if (!says_all) _exit(3);
    WorkerPool small(1);
    int done = 0;
    small.run(3, [&](int64_t) { ++done; });
    _exit(done == 3 ? 0 : 4);
  }
  _exit(5);
}

// Was: the threads already started were destroyed while they ran, which ends the process.
TEST(WorkerPool, ThreadsThatCannotBeStartedAreAnErrorAndThoseThatWereAreJoined) {
  // In a process begun anew: a fork of one with threads may find their locks taken.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(start_too_many(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace kairo
