#include "core/store/work_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "core/store/atomic_file.h"
#include "core/store/failpoint.h"
#include "tests/core/store/child.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

struct Folder : testing::Test {
  TemporaryFolder folder;
  std::string path = folder.file("train.lock");
};
using WorkLockFile = Folder;

std::string take_error(const std::string& path) {
  return error_of(ErrorKind::kIo, [&] {
    WorkLock lock(path);
    lock.take("training");
  });
}

TEST_F(WorkLockFile, ASecondOneIsRefusedNamingProcessAndFile) {
  WorkLock lock(path);
  lock.take("training");
  const std::string text = take_error(path);
  EXPECT_TRUE(contains(text, path)) << text;
  EXPECT_TRUE(contains(text, "training")) << text;
  EXPECT_TRUE(contains(text, "process \"" + std::to_string(::getpid()) + "\" on this machine"))
      << text;
}

TEST_F(WorkLockFile, GoesWithItsFileAndTheNextMayTakeIt) {
  {
    WorkLock lock(path);
    lock.take("training");
    EXPECT_EQ(folder.entries(), 1);
  }
  EXPECT_EQ(folder.entries(), 0);
  WorkLock next(path);
  next.take("training");
}

TEST_F(WorkLockFile, OfAKilledProcessIsNoObstacle) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    WorkLock lock(path);
    lock.take("training");
    [[maybe_unused]] const ssize_t written = ::write(ready[1], "x", 1);
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_TRUE(contains(take_error(path), "process \"" + std::to_string(child) + "\""));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(contains(read_file(path), std::to_string(child)));
  WorkLock lock(path);
  lock.take("training");
  EXPECT_TRUE(contains(read_file(path), std::to_string(::getpid())));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(WorkLockFile, OfAnotherHostIsRefusedSayingWhatToDo) {
  std::ofstream(path) << "node17 4242\n";
  const std::string text = take_error(path);
  EXPECT_TRUE(contains(text, "process \"4242\" on the host \"node17\"")) << text;
  EXPECT_TRUE(contains(text, "remove this file")) << text;
  std::filesystem::remove(path);
  WorkLock lock(path);
  lock.take("training");
}

TEST_F(WorkLockFile, TextOfAnotherKindIsNoHolderAndNeverALineOfItsOwn) {
  std::ofstream(path) << "";
  {
    WorkLock lock(path);
    lock.take("training");
  }
  std::ofstream(path) << "a\x1b[2Jhost 1\n" << std::string(100000, 'x');
  EXPECT_EQ(take_error(path).find('\x1b'), std::string::npos);
}

// Half of a host's name was taken for another host: the lock of a process that was killed while it
// wrote had to be removed by hand.
TEST_F(WorkLockFile, AHolderThatDiesAtAnyCallIsNoObstacle) {
  for (int call = 1; call <= 3; ++call) {
    for (const std::string how : {"die-before:", "die-within:", "die-after:"}) {
      EXPECT_EQ(end_of_child([&] {
                  set_failpoint(how + std::to_string(call));
                  WorkLock lock(path);
                  lock.take("training");
                }),
                ChildEnd::kKilled)
          << how << call;
      WorkLock next(path);
      EXPECT_NO_THROW(next.take("training")) << how << call;
    }
  }
}

TEST_F(WorkLockFile, ACallThatFailsIsAnErrorWithFileAndCauseAndLeavesNoFile) {
  for (const std::string call : {"1", "2"}) {
    set_failpoint("ENOSPC:" + call);
    const std::string text = take_error(path);
    set_failpoint("");
    EXPECT_TRUE(contains(text, path) && contains(text, "No space left on device")) << text;
    EXPECT_EQ(folder.entries(), 0) << call;
  }
}

TEST_F(WorkLockFile, AWaiterGetsItsTurnAndIsToldForWhom) {
  auto first = std::make_unique<WorkLock>(path);
  first->take("measuring");
  std::string holder;
  std::atomic<bool> told{false};
  std::thread releasing([&] {
    while (!told) std::this_thread::yield();
    first.reset();
  });
  WorkLock second(path);
  EXPECT_TRUE(second.wait("measuring", nullptr, [&](const std::string& who) {
    holder = who;
    told = true;
  }));
  releasing.join();
  EXPECT_TRUE(contains(holder, std::to_string(::getpid()))) << holder;
}

TEST_F(WorkLockFile, AWaiterThatIsStoppedHasNothing) {
  WorkLock first(path), second(path);
  first.take("measuring");
  const std::atomic<bool> stop{true};
  EXPECT_FALSE(second.wait("measuring", &stop, {}));
}

TEST_F(WorkLockFile, ThatChildrenHoldTooOutlivesItsHolder) {
  pid_t child = 0;
  {
    WorkLock lock(path, LockChildren::kHold);
    lock.take("this sweep");
    child = ::fork();
    if (child == 0) {
      ::execlp("sleep", "sleep", "60", nullptr);
      ::_exit(127);
    }
  }
  EXPECT_TRUE(contains(take_error(path), "another process"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  WorkLock next(path);
  next.take("this sweep");
}

TEST_F(WorkLockFile, InAFolderThatIsNotThereSaysSo) {
  EXPECT_TRUE(contains(take_error(folder.file("none/train.lock")), "none/train.lock"));
}

}  // namespace
}  // namespace kairo
