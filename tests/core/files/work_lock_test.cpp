#include "core/files/work_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "core/files/atomic_file.h"
#include "core/files/failpoint.h"
#include "core/files/lock_holder.h"
#include "tests/core/store/child.h"
#include "tests/core/store/temporary_folder.h"

// Takes the C library's place in this program: fails with `flock_error` unless that is 0.
static int flock_error = 0;
extern "C" int flock(int file, int operation) {
  if (flock_error == 0) return static_cast<int>(::syscall(SYS_flock, file, operation));
  errno = flock_error;
  return -1;
}

namespace kairo {
namespace {

std::string holder_text(pid_t process) {
  LockHolder holder = this_process();
  holder.process = std::to_string(process);
  const std::string line = to_line(holder);
  return line.substr(0, line.size() - 1);
}

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
  EXPECT_TRUE(contains(text, "delete " + path)) << text;
  std::filesystem::remove(path);
  WorkLock lock(path);
  lock.take("training");
}

std::string boot_id() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id;
}

// A container has a new host name each time: the lock of a killed one had to be removed by hand.
TEST_F(WorkLockFile, OfAKilledProcessOfAnotherContainerOfThisMachineIsNoObstacle) {
  std::ofstream(path) << "4f5ab03c 7 started=1 boot=" << boot_id() << "\n";
  EXPECT_EQ(look_at_lock(path).state, LockState::kFree);
  WorkLock lock(path);
  EXPECT_NO_THROW(lock.take("training"));
}

// Slurm starts a requeued job on any node; the lock of its first start was refused for good.
TEST_F(WorkLockFile, OfThisJobBeforeItWasRequeuedIsNoObstacle) {
  ::setenv("SLURM_JOB_ID", "815", 1);
  ::setenv("SLURM_RESTART_COUNT", "2", 1);
  for (const std::string job : {"815/2", "816/0"}) {  // another node of this start; another job
    std::ofstream(path) << "node17 4242 job=" << job << "\n";
    EXPECT_TRUE(contains(take_error(path), "node17")) << job;
    EXPECT_EQ(look_at_lock(path).state, LockState::kUnknown) << job;
  }
  std::ofstream(path) << "node17 4242 job=815/1\n";
  WorkLock lock(path);
  EXPECT_NO_THROW(lock.take("training"));
  EXPECT_TRUE(contains(read_file(path), " job=815/2\n")) << read_file(path);
  ::unsetenv("SLURM_JOB_ID");
  ::unsetenv("SLURM_RESTART_COUNT");
}

TEST_F(WorkLockFile, LookingSaysWhoHoldsItAndChangesNothing) {
  EXPECT_EQ(look_at_lock(path).state, LockState::kFree);
  EXPECT_EQ(folder.entries(), 0);
  WorkLock lock(path);
  lock.take("training");
  const LockView view = look_at_lock(path);
  EXPECT_EQ(view.state, LockState::kHeld);
  EXPECT_TRUE(contains(view.holder, std::to_string(::getpid()))) << view.holder;
}

// Nothing started on Lustre without flock, on some NFS servers and in sandboxes.
TEST_F(WorkLockFile, WithoutLocksOfTheFileSystemTheHoldersProcessIsLookedFor) {
  for (const int error : {ENOSYS, ENOLCK, EOPNOTSUPP, EINVAL, EPERM}) {
    flock_error = error;
    WorkLock lock(path);
    EXPECT_NO_THROW(lock.take("training")) << error;
    EXPECT_EQ(look_at_lock(path).state, LockState::kFree) << "this process is no other";
    EXPECT_EQ(end_of_child([&] {
                WorkLock second(path);
                second.take("training");
              }),
              ChildEnd::kThrew);
  }
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  std::ofstream(path) << holder_text(child) << "\n";
  WorkLock lock(path);
  EXPECT_NO_THROW(lock.take("training")) << "a dead process holds nothing";
  flock_error = 0;
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
