// train on a disk that fills up, fails or may not be written: one line that names file and cause,
// every earlier checkpoint whole, and the run goes on to the same end once there is room.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/store/checkpoint.h"
#include "core/store/metrics.h"
#include "core/store/trajectory.h"
#include "tests/paths.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

const std::string kTrain = "'" + bin_dir() + "/train' --config quick --quiet" + kTinyRun;
const int kDiskStride = call_stride(7);

class FailingDisk : public testing::Test {
 protected:
  void SetUp() override {
    const ProgramEnd whole = train("whole", "");
    ASSERT_EQ(whole.code, 0) << whole.err;
    wanted_ = last_hash("whole");
  }

  std::string base(const std::string& name) const { return runner_.folder() + "/" + name; }
  std::string run_folder(const std::string& name) const { return base(name) + "/quick"; }

  ProgramEnd train(const std::string& name, const std::string& flags,
                   const std::string& before = "") const {
    return runner_.shell(before + " " + kTrain + " " + flags + " --output-dir '" + base(name) +
                         "'");
  }
  std::string last_hash(const std::string& name) const {
    const auto points = find_checkpoints(run_folder(name) + "/checkpoints");
    EXPECT_EQ(points.back().step, 6);
    return read_checkpoint(points.back().path, CheckpointPart::kEverything).content_hash;
  }
  static void expect_one_line(const ProgramEnd& end, const std::string& folder,
                              const std::string& cause) {
    EXPECT_EQ(end.code, 1) << end.err;
    EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
    EXPECT_EQ(end.err.rfind("error: " + folder, 0), 0U) << end.err;
    EXPECT_NE(end.err.find(cause), std::string::npos) << end.err;
  }
  static int expect_checkpoints_whole(const std::string& run) {
    int n = 0;
    std::error_code error;
    for (fs::directory_iterator entry(run + "/checkpoints", error), end; !error && entry != end;
         entry.increment(error)) {
      if (!step_in_name(entry->path().string())) continue;
      EXPECT_NO_THROW(read_checkpoint(entry->path().string(), CheckpointPart::kEverything));
      ++n;
    }
    return n;
  }
  void expect_same_end(const std::string& name) const {
    EXPECT_EQ(last_hash(name), wanted_);
    const Metrics came = read_metrics(run_folder(name) + "/metrics.jsonl");
    EXPECT_EQ(came.steps, read_metrics(run_folder("whole") + "/metrics.jsonl").steps);
    for (const auto& entry : fs::recursive_directory_iterator(run_folder(name))) {
      EXPECT_EQ(entry.path().string().find(".kairo-tmp."), std::string::npos) << entry.path();
    }
  }
  void expect_resumable(const std::string& name) const {
    const ProgramEnd resumed = train(name, "--resume auto");
    EXPECT_EQ(resumed.code, 0) << resumed.err;
    expect_same_end(name);
    fs::remove_all(base(name));
  }

  ProgramRunner runner_;
  std::string wanted_;
};

TEST_F(FailingDisk, AnyCallThatFailsIsOneLineAndTheRunGoesOnLater) {
  int n_failed = 0;
  for (const auto& [word, cause] :
       {std::pair("ENOSPC", "No space left on device"), std::pair("EIO", "Input/output error")}) {
    for (int call = std::string(word) == "EIO" ? 1 + kDiskStride / 2 : 1;; call += kDiskStride) {
      const std::string at = std::string(word) + ":" + std::to_string(call);
      SCOPED_TRACE(at);
      const ProgramEnd end = train("faulty", "", "KAIRO_FAILPOINT=" + at);
      if (end.code == 0) break;  // past the last call
      ++n_failed;
      expect_one_line(end, base("faulty"), cause);
      expect_checkpoints_whole(run_folder("faulty"));
      expect_resumable("faulty");
    }
    fs::remove_all(base("faulty"));
  }
  EXPECT_GT(n_failed, 8);
}

TEST_F(FailingDisk, AProcessThatDiesAtAnyCallLosesNothing) {
  int n_died = 0, call = 1;
  for (bool is_past = false; !is_past; call += kDiskStride) {
    const char* how[] = {"die-before:", "die-within:", "die-after:"};
    const std::string at = how[way_of_try(n_died, 3)] + std::to_string(call);
    SCOPED_TRACE(at);
    const ProgramEnd end = train("dying", "", "KAIRO_FAILPOINT=" + at);
    is_past = end.code == 0;
    if (is_past) break;
    ++n_died;
    EXPECT_EQ(end.code, kKilled) << end.err;
    expect_checkpoints_whole(run_folder("dying"));
    expect_resumable("dying");
  }
  EXPECT_GT(n_died, 4);
}

// Every write of every later call fails too, also of what a failed run says of itself.
TEST_F(FailingDisk, TheFirstFailureIsReportedWhereNothingCanBeWrittenAfterIt) {
  const ProgramEnd end = train("full", "", "KAIRO_FAILPOINT=ENOSPC:40-");
  expect_one_line(end, base("full"), "No space left on device");
  expect_resumable("full");
}

TEST_F(FailingDisk, ALimitOnFileSizesIsAnErrorAndNoSignal) {
  const ProgramEnd end = train("limited", "", "ulimit -f 100;");
  expect_one_line(end, base("limited"), "File too large");
  EXPECT_NE(end.err.find("step_00000000.h5"), std::string::npos) << end.err;
  expect_resumable("limited");
}

// A file system of its own, seen by its script alone: root may mount one, others where the system
// lets them have a user namespace.
class MountedDisk : public FailingDisk {
 protected:
  void SetUp() override {
    FailingDisk::SetUp();
    if (mounted("true").code != 0) GTEST_SKIP() << "needs the right to mount (unshare -m or -rm)";
  }
  // Runs `script` with "$disk" mounted; what it copies to "$kept" stays.
  ProgramEnd mounted(const std::string& script) const {
    return runner_.shell(
        "export disk='" + base("disk") + "' kept='" + base("kept") +
        "'; mkdir -p \"$disk\" \"$kept\"; unshare -m true 2>/dev/null && own=-m || own=-rm;" +
        " unshare $own sh -c '" + "mount -t tmpfs -o size=200k none \"$disk\" || exit 99; " +
        script + "'");
  }
  // With these options alone: those it has name an owner whom a user namespace does not know.
  static std::string remount(const std::string& options) {
    return "mount --options-mode ignore -o remount," + options + " none \"$disk\"; ";
  }
  // kTrain without its quotes: it stands in a quoted script.
  static std::string train_on_disk(const std::string& flags) {
    std::string command = kTrain + " " + flags + " --output-dir \"$disk\"";
    command.erase(std::remove(command.begin(), command.end(), '\''), command.end());
    return command;
  }
};

TEST_F(MountedDisk, AFullDiskEndsTheRunAndRoomLetsItGoOn) {
  const ProgramEnd end = mounted(train_on_disk("") + "; code=$?; cp -r \"$disk\" \"$kept/full\"; " +
                                 remount("size=64m") + train_on_disk("--resume auto") +
                                 " && cp -r \"$disk\" \"$kept/roomy\"; exit $code");
  expect_one_line(end, base("disk"), "No space left on device");
  const int n = expect_checkpoints_whole(base("kept") + "/full/quick");
  EXPECT_GE(n, 1);
  EXPECT_LT(n, 4);
  fs::rename(base("kept") + "/roomy", base("roomy"));
  expect_same_end("roomy");
}

TEST_F(MountedDisk, AFolderThatMayNotBeWrittenIsNamed) {
  const std::string read_only = remount("ro,size=64m");
  expect_one_line(mounted(read_only + train_on_disk("")), base("disk"), "Read-only file system");
  const std::string trained = remount("size=64m") + train_on_disk("") + "; ";
  expect_one_line(mounted(trained + read_only + train_on_disk("--resume 2") +
                          "; code=$?; cp -r \"$disk\"/quick \"$kept\"; exit $code"),
                  base("disk"), "Read-only file system");
  EXPECT_EQ(expect_checkpoints_whole(base("kept") + "/quick"), 4);
}

}  // namespace
}  // namespace kairo
