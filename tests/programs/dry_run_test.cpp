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

// A dry run of what is refused ended with 0: "Check everything" it says of itself.
TEST_F(DryRuns, FailAsTheRealRunWould) {
  const auto before = files();
  const std::vector<std::pair<DryRun, std::string>> refused = {
      {{"train", "--config quick" + kTinyRun + kRuns}, "--overwrite"},
      {{"train", "--config quick --resume 3" + kTinyRun + kRuns}, "step"},
      {{"train", "--config quick --resume auto" + kTinyRun + "data.k=2" + kRuns}, "data.k"},
      {{"train", "--config quick experiment.name=x probes.enabled=[zshuffle]" + kRuns},
       "did you mean z_shuffle"},
      {{"train", "--config quick experiment.name=x probes.causal_patching.positions=99" + kRuns},
       "probes.causal_patching.positions"},
      {{"train", "--config quick experiment.name=x probes.split=held_out" + kRuns},
       "probes.split=train"},
      {{"analyze", "--experiment quick --refine onst" + kRuns}, "did you mean onset"},
      {{"analyze", "--experiment quick --probes zshuffle" + kRuns}, "did you mean z_shuffle"},
      {{"analyze", "--experiment quick --label ../x" + kRuns}, "label"},
      {{"analyze", "--experiment quick probes.causal_patching.positions=99" + kRuns},
       "probes.causal_patching.positions"},
      {{"probe_logit_lens", "--experiment quick --device gpu" + kRuns}, "cpu, cuda or cuda:N"}};
  for (const auto& [what, said] : refused) {
    SCOPED_TRACE(what.program + " " + what.arguments);
    const ProgramEnd dry = run(what, "--dry-run");
    EXPECT_NE(dry.err.find(said), std::string::npos) << dry.err;
    EXPECT_TRUE(files() == before);
    const ProgramEnd real = run(what, "");
    EXPECT_EQ(dry.code, real.code);
    EXPECT_EQ(dry.err, real.err);
    EXPECT_NE(dry.code, 0);
    EXPECT_TRUE(files() == before);
  }
}

// They were offered by every program, also where they mean nothing.
TEST_F(DryRuns, HelpShowsOnlyOptionsThatMeanSomething) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> absent = {
      {"export_weights", {"--seed", "--output-dir", "--print-config", "key=value", "--threads"}},
      {"import_weights", {"--seed", "--output-dir", "--print-config", "NONNEGATIVE"}},
      {"activations", {"--seed", "--output-dir", "--help-config", "POSITIVE"}},
      {"verify", {"--seed", "--print-config", "--threads", "--no-progress"}},
      {"compare", {"--seed", "--print-config", "--no-progress"}},
      {"analyze", {"--seed"}},
      {"probe_logit_lens", {"--seed"}}};
  for (const auto& [program, options] : absent) {
    const ProgramEnd help = run({program, "--help"}, "");
    EXPECT_EQ(help.code, 0) << help.err;
    for (const std::string& option : options) {
      EXPECT_EQ(help.out.find(option), std::string::npos) << program << " " << option;
    }
  }
  const ProgramEnd probe = run({"probe_logit_lens", "--help"}, "");
  EXPECT_NE(probe.out.find("\nprobes.logit_lens.positions = "), std::string::npos) << probe.out;
}

TEST_F(DryRuns, ListsNameWhatCanBeAskedFor) {
  EXPECT_NE(run({"train", "--list"}, "").out.find("quick  configs\n"), std::string::npos);
  const std::string known = run({"analyze", "--list"}, "").out;
  for (const char* each : {"probe   logit_lens", "figure  attention_to_z", "event   onset"}) {
    EXPECT_NE(known.find(each), std::string::npos) << known;
  }
  const std::string sweeps = run({"sweep", "--list"}, "").out;
  EXPECT_NE(sweeps.find("quick_sweep"), std::string::npos) << sweeps;
  EXPECT_NE(sweeps.find(" cells  configs/sweeps\n"), std::string::npos) << sweeps;
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
      EXPECT_NE(end.err.find("unknown "), std::string::npos) << end.err;
    }
    EXPECT_TRUE(files() == before) << each.program;
  }
}

}  // namespace
}  // namespace kairo
