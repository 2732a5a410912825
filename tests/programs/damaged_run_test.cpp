// A damaged file of a finished run: an error that names it, or, with --keep-going, exit code 4 and
// a report that lists what was left out. Never a figure, never a crash.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "core/store/checkpoint.h"
#include "core/store/hdf5_file.h"
#include "core/store/run_directory.h"
#include "tests/core/store/damage.h"
#include "tests/paths.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

struct Fault {
  const char* name;
  std::function<void(const std::string& path)> apply;
};

void change(const std::string& path, const std::function<void(Checkpoint&)>& how) {
  Checkpoint checkpoint = read_checkpoint(path, CheckpointPart::kEverything);
  how(checkpoint);
  write_checkpoint(path, checkpoint);
}

void flip(const std::string& path, std::size_t at) {
  std::string bytes = read_file(path);
  bytes[at % bytes.size()] ^= 4;
  put_bytes(path, bytes);
}

// Of the checkpoint of step 4, beside that of step 2.
std::vector<Fault> checkpoint_faults() {
  return {
      {"flipped in its digest", [](const std::string& path) { flip(path, 20); }},
      {"flipped behind it", [](const std::string& path) { flip(path, 2000); }},
      {"cut", [](const std::string& path) { fs::resize_file(path, fs::file_size(path) - 1); }},
      {"emptied", [](const std::string& path) { fs::resize_file(path, 0); }},
      {"another step's file",
       [](const std::string& path) {
         fs::copy_file(fs::path(path).parent_path() / "step_00000002.h5", path,
                       fs::copy_options::overwrite_existing);
       }},
      {"a newer version",
       [](const std::string& path) {
         Hdf5Writer writer;
         writer.format("kairoscope-checkpoint", kCheckpointFormatVersion + 1);
         writer.write(path, /*with_digest=*/true);
       }},
      {"weights of another shape",
       [](const std::string& path) {
         change(path, [](Checkpoint& made) {
           std::vector<int64_t>& shape = made.parameters.front().shape;
           shape.insert(shape.begin(), 1);
         });
       }},
      {"a NaN weight",
       [](const std::string& path) {
         change(path, [](Checkpoint& made) {
           made.parameters.back().values[0] = std::numeric_limits<float>::quiet_NaN();
         });
       }},
      {"cut, and without its digest",
       [](const std::string& path) {
         const std::string bytes = without_digest(read_file(path));
         put_bytes(path, bytes.substr(0, bytes.size() / 2));
       }},
  };
}

class DamagedRun : public testing::Test {
 protected:
  void SetUp() override {
    const ProgramEnd end = run("train", "--config quick --quiet" + kTinyRun);
    ASSERT_EQ(end.code, 0) << end.err;
  }
  ProgramEnd run(const std::string& program, const std::string& arguments) const {
    return runner_.run(program, arguments + " --output-dir '" + runner_.folder() + "/runs'");
  }
  ProgramEnd analyze(const std::string& more = "") const {
    return run("analyze", "--experiment quick --quiet --probes performance,logit_lens" + more);
  }
  RunDirectory directory() const { return {runner_.folder() + "/runs", "quick"}; }

  static void expect_one_line(const ProgramEnd& end, const std::string& words) {
    EXPECT_EQ(end.code, 3) << end.err;
    EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
    EXPECT_EQ(end.err.rfind("error: ", 0), 0U) << end.err;
    EXPECT_NE(end.err.find(words), std::string::npos) << end.err;
  }
  void expect_in_reports(const std::string& words) const {
    for (const char* extension : {"md", "html", "json"}) {
      EXPECT_NE(read_file(directory().report(extension)).find(words), std::string::npos)
          << words << " in report." << extension;
    }
  }

  ProgramRunner runner_;
};

TEST_F(DamagedRun, ACheckpointIsNamedByEveryProgramAndTheOtherStepsGoOn) {
  const std::string path = directory().checkpoint(4), whole = read_file(path);
  const std::string flags = "--experiment quick --quiet";
  for (const Fault& fault : checkpoint_faults()) {
    SCOPED_TRACE(fault.name);
    fault.apply(path);
    expect_one_line(run("probe_logit_lens", flags), "step_00000004.h5");
    const ProgramEnd probe = run("probe_logit_lens", flags + " --keep-going");
    EXPECT_EQ(probe.code, 4) << probe.err;
    EXPECT_NE(probe.err.find("step 4 failed"), std::string::npos) << probe.err;
    const ProgramEnd verify = run("verify", flags);
    EXPECT_EQ(verify.code, 3) << verify.out << verify.err;
    EXPECT_NE((verify.out + verify.err).find("step_00000004.h5"), std::string::npos);
    put_bytes(path, whole);
    fs::remove_all(directory().root() + "/probes");
  }
  checkpoint_faults().front().apply(path);
  expect_one_line(analyze(), "step_00000004.h5");
  EXPECT_EQ(analyze(" --keep-going").code, 4);
  expect_in_reports("Step 4 is left out");
}

TEST_F(DamagedRun, ARecordOfAnotherProbeOrRunIsNoMeasurementOfThisOne) {
  ASSERT_EQ(analyze().code, 0);
  const std::string record = directory().record("logit_lens", "default");
  const std::string whole = read_file(record);
  fs::copy_file(directory().record("performance", "default"), record,
                fs::copy_options::overwrite_existing);
  expect_one_line(analyze(" --figures-only"), "logit_lens/default.h5");
  EXPECT_EQ(run("verify", "--experiment quick --quiet").code, 3);
  EXPECT_EQ(analyze(" --figures-only --keep-going").code, 4);
  expect_in_reports("its record cannot be read");
  EXPECT_EQ(analyze().code, 0);
  EXPECT_EQ(read_file(record), whole);
  // Of a run on the same data: only the checkpoints' hashes tell.
  ASSERT_EQ(
      run("train", "--config quick --quiet --overwrite" + kTinyRun + "training.learning_rate=0.002")
          .code,
      0);
  fs::create_directories(fs::path(record).parent_path());
  put_bytes(record, whole);
  const ProgramEnd verify = run("verify", "--experiment quick");
  EXPECT_EQ(verify.code, 3);
  EXPECT_NE(verify.out.find("was measured on a checkpoint with hash"), std::string::npos)
      << verify.out;
  EXPECT_EQ(analyze().code, 0);
  EXPECT_NE(read_file(record), whole);
  EXPECT_EQ(run("verify", "--experiment quick --quiet").code, 0);
}

// analyze gave up though nothing but one figure takes the metrics.
TEST_F(DamagedRun, MetricsAreLeftOutAndTheRestIsDone) {
  const std::string path = directory().metrics_file();
  put_bytes(path, "{\"step\": 0, \"loss\": 3\n" + read_file(path));
  expect_one_line(analyze(), "metrics.jsonl:1");
  const ProgramEnd end = analyze(" --keep-going");
  EXPECT_EQ(end.code, 4) << end.err;
  EXPECT_NE(end.err.find("metrics.jsonl left out: "), std::string::npos) << end.err;
  expect_in_reports("metrics.jsonl");
  expect_in_reports("it cannot be read");
  EXPECT_TRUE(fs::exists(directory().figures() + "/training_curves.png"));
}

TEST_F(DamagedRun, ADatasetIsNamedForNothingCanGoOnWithoutIt) {
  const std::string path = directory().dataset_file();
  fs::resize_file(path, fs::file_size(path) / 2);
  for (const char* flags : {"", " --keep-going"}) expect_one_line(analyze(flags), "dataset.h5");
}

// What was missing at the end of config.yaml became a default: another spacing of checkpoints,
// other examples.
TEST_F(DamagedRun, AConfigThatIsCutOrEmptyIsNamed) {
  const std::string path = directory().config_file(), whole = read_file(path);
  std::size_t line_end = whole.size() - 1;  // of the last line but n
  for (int n = 0; n < 3; ++n) line_end = whole.rfind('\n', line_end - 1);
  for (const std::size_t size : {std::size_t{0}, line_end + 1}) {
    put_bytes(path, whole.substr(0, size));
    expect_one_line(analyze(), path);
    expect_one_line(run("train", "--config quick --quiet --resume auto" + kTinyRun), path);
  }
}

TEST_F(DamagedRun, FilesHaveTheUsersUmask) {
  fs::remove_all(directory().root());
  const std::string at = " --experiment quick --quiet --probes performance --output-dir '" +
                         runner_.folder() + "/runs'";
  const ProgramEnd end = runner_.shell(
      "umask 027; '" + bin_dir() + "/train' --config quick --quiet" + kTinyRun + " --output-dir '" +
      runner_.folder() + "/runs' && '" + bin_dir() + "/analyze'" + at);
  ASSERT_EQ(end.code, 0) << end.err;
  int n_files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory().root())) {
    const auto wanted = static_cast<fs::perms>(entry.is_directory() ? 0750 : 0640);
    EXPECT_EQ(entry.status().permissions(), wanted) << entry.path();
    ++n_files;
  }
  EXPECT_GT(n_files, 20);
}

}  // namespace
}  // namespace kairo
