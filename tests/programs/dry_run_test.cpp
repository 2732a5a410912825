// --dry-run of every program: it ends with 0, says something, and leaves every file as it was.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "tests/paths.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

struct DryRun {
  std::string program;
  std::string arguments;  // "@" is the folder of the test
};

const std::string kGolden = source_dir() + "/tests/golden/";
const std::string kRuns = " --output-dir '@/runs'";

// One of the probes stands for all: they have one main.
std::vector<DryRun> dry_runs() {
  return {
      {"train", "--config quick experiment.name=other" + kRuns},
      {"train", "--experiment quick --refine 2:4" + kRuns},
      {"analyze", "--experiment quick" + kRuns},
      {"compare", "quick" + kRuns},
      {"sweep", "--config quick_sweep" + kRuns},
      {"verify", "--experiment quick" + kRuns},
      {"baseline", "--name all" + kRuns},
      {"probe_logit_lens", "--experiment quick" + kRuns},
      {"activations", "--checkpoint " + kGolden + "attn_only.checkpoint.h5 --tokens " + kGolden +
                          "attn_only.expected.h5 --output '@/activations.h5'"},
      {"import_weights", "--from " + kGolden + "hf_neox --output '@/step_00000400.h5'"},
      {"export_weights",
       "--checkpoint " + kGolden + "attn_only.checkpoint.h5 --output '@/model.safetensors'"},
  };
}

// The programs that take no configuration.
std::vector<DryRun> without_keys() {
  std::vector<DryRun> some;
  for (const DryRun& each : dry_runs()) {
    const bool has_runs = each.arguments.find("--output-dir") != std::string::npos;
    if (!has_runs) some.push_back(each);
  }
  return some;
}

class DryRuns : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    runner_ = new ProgramRunner;
    for (const DryRun& each :
         {DryRun{"train", "--config quick --quiet" + kTinyRun + kRuns},
          DryRun{"analyze", "--experiment quick --quiet --probes performance" + kRuns}}) {
      const ProgramEnd end = run(each, "");
      ASSERT_EQ(end.code, 0) << end.err;
    }
  }
  static void TearDownTestSuite() {
    delete runner_;
    runner_ = nullptr;
  }
  static ProgramEnd run(const DryRun& what, const std::string& more) {
    std::string arguments = what.arguments + " " + more;
    for (std::size_t at; (at = arguments.find('@')) != std::string::npos;) {
      arguments.replace(at, 1, runner_->folder());
    }
    return runner_->run(what.program, arguments);
  }
  // Every file but what the runner itself keeps of its programs.
  static std::map<std::string, std::string> files() {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(runner_->folder())) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".out" || extension == ".err") continue;
      all[entry.path().string()] = entry.is_directory() ? "" : read_file(entry.path().string());
    }
    return all;
  }

  static ProgramRunner* runner_;
};

ProgramRunner* DryRuns::runner_ = nullptr;

TEST_F(DryRuns, AreTriedOfEveryProgram) {
  std::set<std::string> tried;
  for (const DryRun& each : dry_runs()) tried.insert(each.program);
  std::istringstream programs(KAIRO_PROGRAMS);
  for (std::string name; programs >> name;) {
    if (name == "probe") name = "probe_logit_lens";
    EXPECT_EQ(tried.count(name), 1U) << name;
  }
}

// activations, import_weights and export_weights wrote their file.
TEST_F(DryRuns, SayWhatWouldBeDoneAndWriteNothing) {
  const auto before = files();
  for (const DryRun& each : dry_runs()) {
    SCOPED_TRACE(each.program);
    const ProgramEnd end = run(each, "--dry-run");
    EXPECT_EQ(end.code, 0) << end.err;
    EXPECT_NE(end.out, "");
    EXPECT_TRUE(files() == before);
  }
}

// They were accepted and did nothing.
TEST_F(DryRuns, ProgramsWithoutConfigurationRefuseEveryKey) {
  ASSERT_EQ(without_keys().size(), 3U);
  const auto before = files();
  for (const DryRun& each : without_keys()) {
    for (const char* key : {"data.k=3", "--seed 3", "--output-dir x"}) {
      SCOPED_TRACE(each.program + " " + key);
      const ProgramEnd end = run(each, key);
      EXPECT_EQ(end.code, 2) << end.err;
      EXPECT_NE(end.err.find("unknown key"), std::string::npos) << end.err;
    }
    EXPECT_EQ(run(each, "--print-config").code, 0) << each.program;
    EXPECT_TRUE(files() == before) << each.program;
  }
}

}  // namespace
}  // namespace kairo
