// analyze on a disk that fails, or ended, at any call that changes a file: an error with the cause
// and no half of a figure; the same command then makes what an undisturbed one makes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/paths.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

const int kStride = call_stride(31);

class FailingAnalysis : public testing::Test {
 protected:
  void SetUp() override {
    const ProgramEnd trained = runner_.run(
        "train", "--config quick --quiet" + kTinyRun + " --output-dir '" + base("trained") + "'");
    ASSERT_EQ(trained.code, 0) << trained.err;
    ASSERT_EQ(analyze("whole").code, 0);
    whole_ = files_of("whole");
    ASSERT_GT(whole_.size(), 20U);
  }

  std::string base(const std::string& name) const { return runner_.folder() + "/" + name; }

  // On the trained run, copied where it is not there.
  ProgramEnd analyze(const std::string& name, const std::string& failpoint = "") const {
    if (!fs::exists(base(name))) {
      fs::copy(base("trained"), base(name), fs::copy_options::recursive);
    }
    const std::string variables = failpoint.empty() ? "" : "KAIRO_FAILPOINT=" + failpoint + " ";
    return runner_.shell(variables + "'" + bin_dir() +
                         "/analyze' --experiment quick --quiet --jobs 1"
                         " --probes performance,logit_lens transitions.bootstrap_samples=50"
                         " --output-dir '" +
                         base(name) + "'");
  }
  std::map<std::string, std::string> files_of(const std::string& name) const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(base(name))) {
      const std::string path = entry.path().string().substr(base(name).size());
      if (entry.is_regular_file()) files[path] = read_file(entry.path().string());
    }
    return files;
  }
  void expect_to_go_on(const std::string& name) const {
    const ProgramEnd end = analyze(name);
    EXPECT_EQ(end.code, 0) << end.err;
    const auto files = files_of(name);
    EXPECT_EQ(files.size(), whole_.size());
    for (const auto& [path, bytes] : files) {
      const auto wanted = whole_.find(path);
      EXPECT_TRUE(wanted != whole_.end()) << path << " was left behind";
      if (wanted != whole_.end()) {
        EXPECT_TRUE(bytes == wanted->second) << path;
      }
    }
    fs::remove_all(base(name));
  }

  ProgramRunner runner_;
  std::map<std::string, std::string> whole_;
};

TEST_F(FailingAnalysis, ACallThatFailsIsOneLineAndTheSameCommandGoesOn) {
  int n_failed = 0, n_tried = 0;
  // The files of locks, whose removal may fail without harm, go in pairs.
  for (int call = 1, n_passed = 0; n_passed < 3; call += kStride) {
    const bool is_full = way_of_try(n_tried++, 2) == 0;
    SCOPED_TRACE(call);
    const ProgramEnd end = analyze("faulty", (is_full ? "ENOSPC:" : "EIO:") + std::to_string(call));
    n_passed = end.code == 0 ? n_passed + 1 : 0;
    if (end.code != 0) {
      ++n_failed;
      EXPECT_EQ(end.code, 1) << end.err;
      EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
      // A replay says step and probe before the file.
      const bool names_place = end.err.find(base("faulty")) != std::string::npos ||
                               end.err.rfind("error: gnuplot", 0) == 0;
      EXPECT_TRUE(names_place) << end.err;
      const char* cause = is_full ? "No space left on device" : "Input/output error";
      EXPECT_NE(end.err.find(cause), std::string::npos) << end.err;
    }
    expect_to_go_on("faulty");
  }
  EXPECT_GT(n_failed, 3);
}

TEST_F(FailingAnalysis, AProcessThatDiesAtAnyCallLosesNothing) {
  const std::string how[] = {"die-before:", "die-within:", "die-after:"};
  int n_died = 0;
  for (int call = 1;; call += kStride) {
    SCOPED_TRACE(call);
    const ProgramEnd end = analyze("dying", how[way_of_try(n_died, 3)] + std::to_string(call));
    if (end.code == 0) break;
    EXPECT_EQ(end.code, kKilled) << end.err;
    ++n_died;
    expect_to_go_on("dying");
  }
  EXPECT_GT(n_died, 3);
}

}  // namespace
}  // namespace kairo
