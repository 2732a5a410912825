// verify as a user meets it, and the cheap part of it that analyze runs.
#include <gtest/gtest.h>

#include "core/store/checkpoint.h"
#include "core/store/run_directory.h"
#include "tests/core/store/damage.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

class Verify : public testing::Test {
 protected:
  void SetUp() override {
    const ProgramEnd end = run("train", "--config quick --quiet" + kTinyRun +
                                            " training.max_steps=12 training.warmup_steps=1");
    ASSERT_EQ(end.code, 0) << end.err;
  }
  ProgramEnd run(const std::string& program, const std::string& arguments) const {
    return runner_.run(program, arguments + " --output-dir '" + runner_.folder() + "/runs'");
  }
  ProgramEnd verify() const { return run("verify", "--experiment quick"); }
  ProgramEnd analyze(const std::string& flags) const {
    return run("analyze", "--experiment quick --quiet " + flags);
  }
  RunDirectory directory() const { return {runner_.folder() + "/runs", "quick"}; }

  // One step's weights under another step's name, in a file that is whole.
  void copy_weights(int64_t from, int64_t to) const {
    Checkpoint source = read_checkpoint(directory().checkpoint(from), CheckpointPart::kEverything);
    Checkpoint target = read_checkpoint(directory().checkpoint(to), CheckpointPart::kEverything);
    target.parameters = source.parameters;
    write_checkpoint(directory().checkpoint(to), target);
  }
  static void expect(const ProgramEnd& end, int code, const std::vector<std::string>& words) {
    EXPECT_EQ(end.code, code) << end.out << end.err;
    for (const std::string& each : words) {
      EXPECT_NE((end.out + end.err).find(each), std::string::npos) << each << " in\n"
                                                                   << end.out << end.err;
    }
  }

  ProgramRunner runner_;
};

TEST_F(Verify, AWholeRunIsWhole) {
  ASSERT_EQ(run("analyze", "--experiment quick --quiet").code, 0);
  const ProgramEnd end = verify();
  expect(end, 0,
         {"7 checkpoints, steps 0 to 12", "no two steps have the same weights: 7 checked",
          "dataset.h5", "metrics.jsonl", "probes/logit_lens/default.h5"});
  EXPECT_EQ(end.out.find("WRONG"), std::string::npos) << end.out;
  EXPECT_EQ(run("verify", "--experiment quick --quiet").out, "");
}

TEST_F(Verify, WeightsOfAnotherStepAreFoundThoughTheFileIsWhole) {
  copy_weights(2, 8);
  expect(verify(), 3, {"WRONG", "step_00000008.h5: the weights of step 2", "found"});
}

TEST_F(Verify, AnalyzeRefusesThemOrLeavesThemOut) {
  copy_weights(2, 8);
  expect(run("analyze", "--experiment quick --quiet"), 3, {"the weights of step"});
  expect(run("analyze", "--experiment quick --quiet --keep-going"), 4,
         {"step 2 failed", "step 8 failed", "step_00000008.h5: the weights of step 2"});
  const std::string report = read_file(directory().report("md"));
  EXPECT_NE(report.find("Step 8 is left out"), std::string::npos) << report;
}

TEST_F(Verify, DamageInAnyFileIsFoundAndTheOthersAreLookedAt) {
  for (const std::string& path : {directory().checkpoint(4), directory().dataset_file()}) {
    fs::resize_file(path, fs::file_size(path) - 100);
  }
  expect(verify(), 3, {"step_00000004.h5", "6 checked", "WRONG  " + directory().dataset_file()});
}

// A measurement of the wrong weights was drawn where none was made anew.
TEST_F(Verify, AnalyzeDrawsNoRecordOfThem) {
  const auto measure = [&] { return run("probe_logit_lens", "--experiment quick --quiet").code; };
  ASSERT_EQ(measure(), 0);
  expect(analyze("--figures-only"), 0, {});
  copy_weights(2, 8);
  ASSERT_EQ(measure(), 0);  // a probe looks at no other step
  expect(analyze("--figures-only"), 3, {"logit_lens/default.h5", "the weights of step"});
  expect(analyze("--figures-only --keep-going"), 4, {"logit_lens left out", "the weights of step"});
  expect(analyze("--probes logit_lens --keep-going"), 4, {"step 2 failed", "step 8 failed"});
  expect(analyze("--figures-only"), 0, {"warning", "step_00000008.h5: the weights of step 2"});
}

TEST_F(Verify, AnalyzeFindsThemThoughTheOtherStepIsNotMeasured) {
  copy_weights(2, 8);
  expect(analyze("--probes performance --steps 8"), 3, {"step_00000008.h5: the weights of step 2"});
  expect(analyze("--probes performance --steps 4:6"), 0,
         {"step_00000008.h5: the weights of step 2"});
}

// Neither was mentioned where the step was not measured.
TEST_F(Verify, AnalyzeWarnsOfFilesThatAreDamagedOrHaveAnotherStepsNameThoughNotMeasured) {
  const std::string damaged = directory().checkpoint(8), renamed = directory().checkpoint(10);
  std::string bytes = read_file(damaged);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  put_bytes(damaged, bytes);
  put_bytes(renamed, read_file(directory().checkpoint(2)));
  const std::vector<std::string> words = {"warning " + damaged, "warning " + renamed,
                                          "the checkpoint of step 2"};
  expect(analyze("--probes performance --steps 4:6"), 0, words);
  expect(analyze("--figures-only"), 0, words);
  const ProgramEnd end = analyze("--probes performance --steps 8");
  expect(end, 3, {"error: " + damaged, "warning " + renamed});
  EXPECT_EQ(end.err.find("warning " + damaged), std::string::npos) << end.err;
}

TEST_F(Verify, AnalyzeDrawsRecordsThatHaveOutlivedTheirCheckpoints) {
  ASSERT_EQ(analyze("--probes performance").code, 0);
  fs::remove_all(directory().checkpoints());
  expect(analyze("--figures-only"), 0, {});
}

// A folder in a file's place cannot be read by anybody; a right that lacks does not stop root.
void make_unreadable(const std::string& path) {
  fs::remove(path);
  fs::create_directory(path);
}

// The first of them ended the program, with exit code 1 and the rest unseen.
TEST_F(Verify, AFileThatCannotBeReadIsAFindingAndTheOthersAreLookedAt) {
  ASSERT_EQ(analyze("--probes performance,logit_lens").code, 0);
  const std::vector<std::string> unreadable = {
      directory().config_file(), directory().run_file(), directory().dataset_file(),
      directory().metrics_file(), directory().record("logit_lens", "default")};
  for (const std::string& path : unreadable) make_unreadable(path);
  const ProgramEnd end = verify();
  for (const std::string& path : unreadable) expect(end, 3, {"WRONG  " + path});
  expect(end, 3, {"ok     " + directory().record("performance", "default"), "5 faults found"});
}

TEST_F(Verify, RecordsThatCannotBeListedAreAFinding) {
  put_bytes(directory().root() + "/probes", "a file");
  expect(verify(), 3, {"WRONG  " + directory().root() + "/probes"});
}

TEST_F(Verify, ARunWithoutCheckpointsIsAFindingAndTheRestIsLookedAt) {
  fs::remove_all(directory().checkpoints());
  expect(verify(), 3, {"WRONG  " + directory().checkpoints(), "ok     " + directory().run_file()});
}

// Neither was looked at.
TEST_F(Verify, ConfigAndRunFileAreHeldAgainstWhatTheyHaveToSay) {
  const std::string config = directory().config_file(), run = directory().run_file();
  const std::string whole_config = read_file(config), whole_run = read_file(run);
  put_bytes(config, whole_config.substr(0, whole_config.size() / 2));
  expect(verify(), 3, {"WRONG  " + config, "1 fault found"});
  put_bytes(config, whole_config + "model:\n  n_layer: 3\n");
  expect(verify(), 3, {"WRONG  " + config});
  put_bytes(config, whole_config);
  for (const std::string& text : {whole_run.substr(0, whole_run.size() / 2), std::string("[]"),
                                  std::string(R"({"status": "asleep", "steps": 12})"),
                                  std::string(R"({"status": "finished"})")}) {
    put_bytes(run, text);
    expect(verify(), 3, {"WRONG  " + run, "1 fault found"});
  }
  for (const char* status : {"finished", "interrupted"}) {
    put_bytes(run, R"({"status": ")" + std::string(status) + R"(", "steps": 14})");
    expect(verify(), 3, {"at step 14", "up to step 12", "1 fault found"});
  }
  put_bytes(run, R"({"status": "failed", "steps": 14})");
  expect(verify(), 0, {});
  put_bytes(run, R"({"status": "running", "steps": 0})");
  expect(verify(), 0, {});
}

TEST_F(Verify, MetricsReachTheLastCheckpoint) {
  const std::string path = directory().metrics_file(), whole = read_file(path);
  const std::size_t last_line = whole.rfind('\n', whole.size() - 2) + 1;
  put_bytes(path, whole.substr(0, last_line));
  expect(verify(), 3, {"WRONG  " + path, "up to step 12", "up to step 9"});
  put_bytes(path, "");
  expect(verify(), 3, {"WRONG  " + path});
  put_bytes(path, whole.substr(whole.find('\n') + 1));
  expect(verify(), 3, {"WRONG  " + path, ", not at 0"});
}

TEST_F(Verify, AFolderOfCheckpointsWithTheModelAloneNeedsNoRun) {
  const std::string folder = runner_.folder() + "/imported";
  fs::create_directories(folder);
  for (const int64_t step : {0, 2, 4, 6, 8, 10, 12}) {
    Checkpoint checkpoint =
        read_checkpoint(directory().checkpoint(step), CheckpointPart::kModelOnly);
    checkpoint.step = step;
    write_checkpoint(folder + "/" + fs::path(directory().checkpoint(step)).filename().string(),
                     checkpoint);
  }
  expect(run("verify", "--checkpoints '" + folder + "'"), 0,
         {"the optimiser's step is that of the name: 0"});
  fs::copy_file(folder + "/step_00000004.h5", folder + "/step_00000014.h5");
  expect(run("verify", "--checkpoints '" + folder + "'"), 3, {"the checkpoint of step 4"});
}

TEST_F(Verify, SaysWhatIsMissing) {
  expect(run("verify", ""), 2, {"--experiment"});
  expect(run("verify", "--experiment none"), 3, {"quick"});
  expect(run("verify", "--experiment quick --checkpoints x"), 2, {"exclude each other"});
}

}  // namespace
}  // namespace kairo
