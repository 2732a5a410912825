// baseline as a user meets it.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/store/metrics.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

const std::string kSmall =
    " --quiet baseline.max_steps=40 baseline.eval_every=10 baseline.linear_inverse.d=6"
    " baseline.linear_selector.d=8 baseline.linear_selector.k=3"
    " baseline.linear_selector.n_groups=10 ";

class Baseline : public testing::Test {
 protected:
  ProgramEnd run(const std::string& arguments) const {
    return runner_.run("baseline", kSmall + arguments + " --output-dir '" + base() + "'");
  }
  void expect_one_line(const std::string& arguments, int code, const std::string& words) const {
    const ProgramEnd end = run(arguments);
    EXPECT_EQ(end.code, code) << end.err;
    EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
    EXPECT_NE(end.err.find(words), std::string::npos) << end.err;
  }
  std::string base() const { return runner_.folder() + "/runs"; }
  std::string content(const std::string& name) const { return read_file(base() + "/" + name); }
  void make_run() const {
    create_folder(base() + "/some_run");
    write_file_atomically(base() + "/some_run/metrics.jsonl",
                          "{\"step\":0,\"first_target_loss\":4.0,\"z_shuffle_gap\":-0.01}\n"
                          "{\"step\":20,\"first_target_loss\":1.0,\"z_shuffle_gap\":3.0}\n");
  }

  ProgramRunner runner_;
};

TEST_F(Baseline, AllWritesEachBaselineAndTheFigure) {
  const ProgramEnd end = run("--name all --seed 4");
  ASSERT_EQ(end.code, 0) << end.err;
  for (const char* name : {"linear_inverse", "linear_selector"}) {
    const std::string folder = base() + "/baseline_" + name;
    EXPECT_EQ(read_metrics(folder + "/metrics.jsonl").steps,
              (std::vector<int64_t>{0, 10, 20, 30, 40}));
    const std::string run_json = read_file(folder + "/run.json");
    for (const char* said : {"\"seed\": 4", "\"status\": \"finished\"", "\"steps\": 40"}) {
      EXPECT_NE(run_json.find(said), std::string::npos) << said;
    }
    EXPECT_EQ(read_file(folder + "/record.csv").rfind("step,quantity,", 0), 0U);
  }
  EXPECT_EQ(content("baseline_all/figures/contrast.png").substr(1, 3), "PNG");
  EXPECT_NE(content("baseline_all/figures/contrast.csv").find("best linear gap"),
            std::string::npos);
}

TEST_F(Baseline, TheSameSeedGivesTheSameFiles) {
  ASSERT_EQ(run("--name all").code, 0);
  const std::string record = content("baseline_linear_inverse/record.csv");
  const std::string figure = content("baseline_all/figures/contrast.svg");
  ASSERT_EQ(run("--name all --overwrite").code, 0);
  EXPECT_TRUE(content("baseline_linear_inverse/record.csv") == record);
  EXPECT_TRUE(content("baseline_all/figures/contrast.svg") == figure);
}

TEST_F(Baseline, ARunIsDrawnBesideThem) {
  make_run();
  const ProgramEnd end = run("--name linear_selector --experiment some_run");
  ASSERT_EQ(end.code, 0) << end.err;
  const std::string csv = content("baseline_linear_selector/figures/contrast.csv");
  EXPECT_NE(csv.find("Loss over its first value,some_run: first-target loss,20,0.25,"),
            std::string::npos);
  EXPECT_NE(csv.find("The run: z gap,some_run: z gap,20,3,"), std::string::npos);
}

TEST_F(Baseline, BadCommandLinesSayWhatToDo) {
  make_run();
  expect_one_line("--name linear_invers", 2, "linear_inverse");
  expect_one_line("", 2, "--name");
  expect_one_line("--name all baseline.linear_inverse.dd=3", 2, "baseline.linear_inverse.d");
  expect_one_line("--name all baseline.linear_selector.k=8", 2, "less than");
  expect_one_line("--name all --experiment some_ru", 3, "some_run");
  expect_one_line("--name all baseline.linear_inverse.learning_rate=10 baseline.max_steps=2000", 1,
                  "learning_rate");
}

TEST_F(Baseline, AnExistingFolderIsRefusedAndKept) {
  ASSERT_EQ(run("--name linear_inverse").code, 0);
  const std::string before = content("baseline_linear_inverse/run.json");
  expect_one_line("--name all", 2, "--overwrite");
  EXPECT_EQ(content("baseline_linear_inverse/run.json"), before);
}

}  // namespace
}  // namespace kairo
