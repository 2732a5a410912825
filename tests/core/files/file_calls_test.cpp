#include "core/files/file_calls.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "core/files/atomic_file.h"
#include "core/files/failpoint.h"
#include "core/files/file_descriptor.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

std::atomic<int> n_alarms{0};

// Interrupts this thread's calls every two milliseconds, as a handler without SA_RESTART does.
class Alarms {
 public:
  Alarms() {
    struct sigaction action {};
    action.sa_handler = [](int) { ++n_alarms; };
    sigaction(SIGALRM, &action, &before_);
    set(2000);
  }
  ~Alarms() {
    set(0);
    sigaction(SIGALRM, &before_, nullptr);
  }
  Alarms(const Alarms&) = delete;
  Alarms& operator=(const Alarms&) = delete;

 private:
  static void set(int microseconds) {
    const timeval time{0, microseconds};
    const itimerval timer{time, time};
    setitimer(ITIMER_REAL, &timer, nullptr);
  }

  struct sigaction before_ {};
};

// Reads the pipe to its end, late and slowly: who opens it or writes into it has to wait.
std::size_t read_slowly(const std::string& path) {
  sigset_t alarms;
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &alarms, nullptr);
  const auto wait = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  wait();
  const FileDescriptor file(::open(path.c_str(), O_RDONLY));
  std::string bytes(100000, '\0');
  std::size_t n = 0;
  ssize_t came = 0;
  do {
    n += static_cast<std::size_t>(came);
    wait();
    came = ::read(file.number(), bytes.data(), bytes.size());
  } while (came > 0);
  return n;
}

// An open that a signal interrupted was an error "Interrupted system call".
TEST(FileCalls, ThatASignalInterruptsAreMadeAgain) {
  const TemporaryFolder folder;
  const std::string path = folder.file("pipe");
  const std::string text(500000, 'x');
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::size_t n_read = 0;
  std::thread reader([&] { n_read = read_slowly(path); });
  bool opened = false;
  {
    const Alarms alarms;
    const FileDescriptor file(file_calls::open(path, O_WRONLY));
    opened = file.number() >= 0;
    EXPECT_TRUE(opened) << system_cause();
    EXPECT_TRUE(file_calls::write(file.number(), text.data(), text.size())) << system_cause();
  }
  if (!opened) FileDescriptor(::open(path.c_str(), O_WRONLY));  // lets the reader go
  reader.join();
  EXPECT_EQ(n_read, text.size());
  EXPECT_GT(n_alarms, 3);
}

// It left errno as an earlier call had set it: an old EINTR made it try for ever.
TEST(FileCalls, AWriteThatTakesNothingIsAnErrorOfTheDisk) {
  const TemporaryFolder folder;
  set_failpoint("takes-nothing:2");  // behind the open
  errno = EINTR;
  const std::string text =
      error_of(ErrorKind::kIo, [&] { write_file_atomically(folder.file("x"), "text"); });
  set_failpoint("");
  EXPECT_TRUE(contains(text, "Input/output error")) << text;
  EXPECT_EQ(folder.entries(), 0);
}

}  // namespace
}  // namespace kairo
