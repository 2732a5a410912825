#include "programs/compare/load_runs.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/analysis/compare/made_comparison.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

// Runs of which each has another transition.
std::vector<NamedRun> make_runs(const std::string& base_dir, int64_t count) {
  std::vector<NamedRun> named;
  for (int64_t i = 0; i < count; ++i) {
    made::Spec spec;
    spec.name = "run" + std::to_string(i);
    spec.seed = i;
    spec.transition = 1000 + 100 * static_cast<double>(i);
    made::write_run(base_dir, spec);
    named.push_back({spec.name, RunDirectory(base_dir, spec.name)});
  }
  return named;
}

LoadRequest with_threads(std::size_t threads) {
  LoadRequest request;
  request.label = "default";
  request.threads = threads;
  return request;
}

TEST(LoadRuns, ReadsEachInTheOrderNamedForAnyNumberOfThreads) {
  const TemporaryFolder folder;
  const std::vector<NamedRun> named = make_runs(folder.path(), 6);
  const LoadedRuns one = load_runs(named, with_threads(1));
  for (const std::size_t threads : {2, 4, 20}) {
    const LoadedRuns many = load_runs(named, with_threads(threads));
    ASSERT_EQ(many.runs.size(), named.size());
    for (std::size_t i = 0; i < named.size(); ++i) {
      EXPECT_EQ(many.runs[i].name, named[i].name);
      EXPECT_EQ(many.runs[i].tracks.at("z_gap").values, one.runs[i].tracks.at("z_gap").values);
      if (i > 0) {
        EXPECT_NE(many.runs[i].tracks.at("z_gap").values, one.runs[0].tracks.at("z_gap").values);
      }
    }
  }
}

TEST(LoadRuns, TheFirstDamagedOneIsThrownOrAllAreLeftOut) {
  const TemporaryFolder folder;
  const std::vector<NamedRun> named = make_runs(folder.path(), 6);
  for (const int i : {4, 1}) fs::remove(named[i].folder.dataset_file());
  LoadRequest request = with_threads(3);
  const std::string text = error_of(ErrorKind::kNotFound, [&] { load_runs(named, request); });
  EXPECT_TRUE(contains(text, named[1].folder.dataset_file())) << text;
  request.keep_going = true;
  const LoadedRuns loaded = load_runs(named, request);
  EXPECT_EQ(loaded.runs.size(), 4U);
  ASSERT_EQ(loaded.left_out.size(), 2U);
  EXPECT_EQ(loaded.left_out[0].first, "run1");
  EXPECT_EQ(loaded.left_out[1].first, "run4");
}

TEST(LoadRuns, AStoppedOneReadsNoMore) {
  const TemporaryFolder folder;
  const std::atomic<bool> stop{true};
  LoadRequest request = with_threads(3);
  request.stop = &stop;
  const LoadedRuns loaded = load_runs(make_runs(folder.path(), 4), request);
  EXPECT_TRUE(loaded.was_stopped);
  EXPECT_TRUE(loaded.runs.empty());
}

// Leaves room in this process for the stack of one more thread.
bool allow_one_thread() {
  constexpr rlim_t kStack = 256 << 20;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStack);
  pthread_setattr_default_np(&attributes);
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t most = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + kStack + kStack / 2;
  const rlimit limit = {most, most};
  return setrlimit(RLIMIT_AS, &limit) == 0;
}

// Ends this process: 0 where all runs were read though most threads could not be started.
[[noreturn]] void load_with_too_few_threads() {
  bool all = false;
  {
    const TemporaryFolder folder;
    const std::vector<NamedRun> named = make_runs(folder.path(), 5);
    all = allow_one_thread() && load_runs(named, with_threads(5)).runs.size() == named.size();
  }
  _exit(all ? 0 : 1);
}

// Was: the threads already started were destroyed while they ran, which ends the process. A suite
// of its own: a sanitizer needs the memory that is refused here.
TEST(LoadRunsDeathTest, GoesOnWithTheThreadsThatCouldBeStarted) {
  // In a process begun anew: a fork of one with threads may find their locks taken.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(load_with_too_few_threads(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace kairo
