#include "core/store/run_directory.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/files/atomic_file.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

TEST(RunDirectory, KnowsWhereEachFileStands) {
  const RunDirectory run("outputs", "k10_n1000");
  EXPECT_EQ(run.checkpoint(200), "outputs/k10_n1000/checkpoints/step_00000200.h5");
  EXPECT_EQ(run.step_records("logit_lens", "default"),
            "outputs/k10_n1000/probes/logit_lens/default");
  EXPECT_EQ(run.record("logit_lens", "default"), "outputs/k10_n1000/probes/logit_lens/default.h5");
  EXPECT_EQ(run.report("md"), "outputs/k10_n1000/report.md");
}

TEST(RunDirectory, NamesCannotLeaveTheFolder) {
  for (const char* name : {"", ".", "..", "../x", "a/b", "/etc", "a\\b", ".hidden", "a b", "a\nb",
                           "ä", "x;y", "$x", "*", "-", "-x", "--force"}) {
    const std::string text = error_of(ErrorKind::kUsage, [&] { RunDirectory("outputs", name); });
    EXPECT_TRUE(contains(text, "experiment name")) << text;
  }
  error_of(ErrorKind::kUsage, [] { RunDirectory("outputs", std::string(201, 'a')); });
  RunDirectory("outputs", "Ok-1_2.3+lr=1e-3");
}

// Its runs would have stood in the root of the file system.
TEST(RunDirectory, NoFolderIsRefused) {
  EXPECT_TRUE(contains(error_of(ErrorKind::kUsage, [] { RunDirectory("", "x"); }), "base_dir"));
}

TEST(RunDirectory, ProbesAndLabelsCannotEither) {
  const RunDirectory run("outputs", "x");
  error_of(ErrorKind::kUsage, [&] { run.record("../x", "default"); });
  error_of(ErrorKind::kUsage, [&] { run.record("logit_lens", ".."); });
  error_of(ErrorKind::kUsage, [&] { run.step_records("logit_lens", "a/b"); });
  error_of(ErrorKind::kUsage, [&] { run.step_records("logit_lens", "default.h5"); });
  error_of(ErrorKind::kUsage, [&] { run.step_records("logit_lens", "-x"); });
}

TEST(RunDirectory, AnEmptyFolderIsNoRun) {
  const TemporaryFolder folder;
  const RunDirectory run(folder.path(), "x");
  EXPECT_FALSE(run.exists());
  create_folder(run.root());
  EXPECT_FALSE(run.exists());
  write_file_atomically(run.config_file(), "");
  EXPECT_TRUE(run.exists());
  run.require();
}

// Was: taken for a folder with nothing in it.
TEST(RunDirectory, AFolderThatCannotBeLookedIntoIsAnError) {
  const TemporaryFolder folder;
  const RunDirectory run(folder.path(), "x");
  std::filesystem::create_symlink(run.root(), run.root());  // no user can follow it
  EXPECT_TRUE(contains(error_of(ErrorKind::kIo, [&] { run.exists(); }), run.root()));
  error_of(ErrorKind::kIo, [&] { run.require(); });
}

TEST(RunDirectory, AMissingRunNamesThoseThatAreThere) {
  const TemporaryFolder folder;
  create_folder(folder.file("k10_n1000"));
  create_folder(folder.file("something_else"));
  const auto text_for = [&](const std::string& name) {
    return error_of(ErrorKind::kNotFound, [&] { RunDirectory(folder.path(), name).require(); });
  };
  EXPECT_TRUE(contains(text_for("k10_n100"), "did you mean")) << text_for("k10_n100");
  EXPECT_TRUE(contains(text_for("zzz"), "k10_n1000, something_else")) << text_for("zzz");
  const RunDirectory nowhere(folder.file("none"), "x");
  EXPECT_TRUE(contains(error_of(ErrorKind::kNotFound, [&] { nowhere.require(); }), "train"));
}

class MetricsFile : public testing::Test {
 protected:
  Metrics read(const std::string& text) {
    write_file_atomically(path(), text);
    return read_metrics(path());
  }
  std::string path() const { return folder_.file("metrics.jsonl"); }

  TemporaryFolder folder_;
};

TEST_F(MetricsFile, RowsBecomeColumns) {
  const Metrics metrics =
      read("{\"step\":0,\"loss\":3.5}\n{\"step\":100,\"loss\":2,\"acc\":0.5}\n");
  EXPECT_EQ(metrics.steps, (std::vector<int64_t>{0, 100}));
  EXPECT_EQ(metrics.columns.at("loss"), (std::vector<double>{3.5, 2}));
  EXPECT_TRUE(std::isnan(metrics.columns.at("acc")[0]));
  EXPECT_EQ(metrics.columns.at("acc")[1], 0.5);
  EXPECT_FALSE(metrics.has("step") || metrics.has("other"));
}

TEST_F(MetricsFile, ARowThatLacksTheLastColumnHasNan) {
  const Metrics metrics = read("{\"step\":0,\"loss\":3.5}\n{\"step\":100,\"acc\":null}\n");
  EXPECT_EQ(metrics.columns.at("loss").size(), 2u);
  EXPECT_TRUE(std::isnan(metrics.columns.at("loss")[1]));
  EXPECT_TRUE(std::isnan(metrics.columns.at("acc")[1]));
}

TEST_F(MetricsFile, MembersOfAnObjectAreColumnsOfTheirOwn) {
  const Metrics metrics = read(
      "{\"step\":0,\"norm\":{\"embed.W_E\":2.5,\"b\":null}}\n{\"step\":100,\"norm\":{\"b\":4}}\n");
  EXPECT_EQ(metrics.columns.at("norm/embed.W_E")[0], 2.5);
  EXPECT_TRUE(std::isnan(metrics.columns.at("norm/embed.W_E")[1]));
  EXPECT_TRUE(std::isnan(metrics.columns.at("norm/b")[0]));
  EXPECT_EQ(metrics.columns.at("norm/b")[1], 4);
  EXPECT_FALSE(metrics.has("norm"));
}

TEST_F(MetricsFile, TheLaterLineOfAStepCounts) {
  const Metrics metrics =
      read("{\"step\":0,\"a\":1}\n{\"step\":100,\"a\":2}\n{\"step\":0,\"b\":3}\n");
  EXPECT_EQ(metrics.steps, (std::vector<int64_t>{0, 100}));
  EXPECT_TRUE(std::isnan(metrics.columns.at("a")[0]));
  EXPECT_EQ(metrics.columns.at("b")[0], 3);
}

TEST_F(MetricsFile, ACutLastLineIsLeftOut) {
  const std::string first = "{\"step\":0,\"loss\":3.5}\n";
  const std::string second = "{\"step\":100,\"loss\":2.25}";
  for (std::size_t size = 0; size < second.size(); ++size) {
    EXPECT_EQ(read(first + second.substr(0, size)).steps, std::vector<int64_t>{0}) << size;
  }
  EXPECT_EQ(read(first + second).steps.size(), 2u);
  EXPECT_TRUE(read("").steps.empty());
}

TEST_F(MetricsFile, AnyOtherBadLineIsNamed) {
  const std::string good = "{\"step\":0}\n";
  for (const char* bad : {"{\"step\":1,\n", "\n", "[1]\n", "{\"loss\":1}\n", "{\"step\":1.5}\n",
                          "{\"step\":-1}\n", "{\"step\":1,\"loss\":\"low\"}\n",
                          "{\"step\":1,\"norm\":{\"b\":{\"c\":1}}}\n", "{\"step\":\"1\"}\n"}) {
    const std::string text = error_of(ErrorKind::kCorrupt, [&] { read(good + bad + good); });
    EXPECT_TRUE(contains(text, "metrics.jsonl:2")) << text;
  }
}

// A list or an object as a step was called "none", as if the line had no step.
TEST_F(MetricsFile, AWrongStepIsShown) {
  const auto came = [&](const std::string& step) {
    return error_of(ErrorKind::kCorrupt, [&] { read("{" + step + "}\n"); });
  };
  EXPECT_TRUE(contains(came("\"step\":[1]"), "got array"));
  EXPECT_TRUE(contains(came("\"step\":{\"a\":1}"), "got object"));
  EXPECT_TRUE(contains(came("\"step\":1.5"), "got 1.5"));
  EXPECT_TRUE(contains(came("\"step\":-1"), "got -1"));
  EXPECT_TRUE(contains(came("\"step\":null"), "got null"));
  EXPECT_TRUE(contains(came("\"loss\":1"), "got none"));
}

// A step nested deeper than the stack ended the process.
TEST_F(MetricsFile, AStepNestedBeyondTheStackIsNamed) {
  const std::string deep = std::string(200000, '[') + std::string(200000, ']');
  const std::string text =
      error_of(ErrorKind::kCorrupt, [&] { read("{\"step\":" + deep + "}\n"); });
  EXPECT_TRUE(contains(text, "metrics.jsonl:1")) << text;
  EXPECT_TRUE(contains(text, "got array")) << text;
}

TEST_F(MetricsFile, AMissingFileIsNotFound) {
  error_of(ErrorKind::kNotFound, [&] { read_metrics(folder_.file("nowhere")); });
}

}  // namespace
}  // namespace kairo
