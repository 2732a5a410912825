// A run in parts and the same run in one piece, from training to the figures.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class Parts : public testing::Test {
 protected:
  ProgramEnd run(const std::string& program, const std::string& arguments,
                 const std::string& folder) const {
    return runner_.run(program, arguments + to(folder));
  }
  std::string to(const std::string& folder) const {
    return " --quiet --output-dir '" + runner_.folder() + "/" + folder + "'";
  }
  std::string path(const std::string& folder, const std::string& name) const {
    return runner_.folder() + "/" + folder + "/quick/" + name;
  }

  // The names of the checkpoints that interruptions left.
  std::vector<std::string> interrupted(const std::string& folder) const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(path(folder, "checkpoints"))) {
      const std::string name = entry.path().filename().string();
      if (name.rfind("interrupted_", 0) == 0) found.push_back(name);
    }
    return found;
  }

  // Trains until step 50 is kept, and is told to end there: the run stops between two checkpoints.
  // A signal that is answered at step 100 itself is tried again.
  void train_until_interrupted(const std::string& arguments, const std::string& folder) const {
    for (int i = 0; i < 20; ++i) {
      RunningProgram program(runner_, "train", arguments + " --overwrite" + to(folder));
      const std::string kept = path(folder, "checkpoints/step_00000050.h5");
      ASSERT_TRUE(comes_true([&] { return fs::exists(kept); }, program));
      program.interrupt();
      const ProgramEnd end = program.wait();
      if (end.code == 130 && interrupted(folder).size() == 1) return;
    }
    FAIL() << "no run was interrupted between two checkpoints";
  }

  // The bytes of what analyze makes but for the reports, by the name in the run's folder.
  std::map<std::string, std::string> made(const std::string& folder) const {
    std::map<std::string, std::string> found;
    for (const char* part : {"probes", "figures"}) {
      for (const auto& entry : fs::recursive_directory_iterator(path(folder, part))) {
        if (!entry.is_regular_file()) continue;
        const std::string name = fs::relative(entry.path(), path(folder, "")).string();
        if (entry.path().extension() != ".lock") found[name] = read_file(entry.path().string());
      }
    }
    return found;
  }

  // report.json without how the run was made: when, for how long, in how many parts.
  Json report(const std::string& folder) const {
    Json all = Json::parse(read_file(path(folder, "report.json")));
    for (const char* fact : {"wall_seconds", "n_resumed"}) {
      EXPECT_EQ(all["run"]["outcome"].erase(fact), 1u) << fact << " " << all["run"];
    }
    return all;
  }

  ProgramRunner runner_;
};

// An interruption's checkpoint used to be measured like the planned ones: the records, hold windows
// and change points of a run in parts were not those of a run in one piece.
TEST_F(Parts, AnInterruptedAndResumedRunGivesTheRecordsReportAndFiguresOfOneInOnePiece) {
  const std::string train = "--config quick" + kTinyRun +
                            " training.max_steps=250 training.eval_every=50"
                            " training.checkpoint_every=50 training.optimizer_state_every=100"
                            " training.stop_when_solved=0";
  const std::string analyze = "--experiment quick";
  ASSERT_EQ(run("train", train, "whole").code, 0);
  ASSERT_EQ(run("analyze", analyze, "whole").code, 0);

  train_until_interrupted(train, "parts");
  const ProgramEnd early = run("analyze", analyze, "parts");
  ASSERT_EQ(early.code, 0) << early.err;
  ASSERT_EQ(run("train", train + " --resume auto", "parts").code, 0);
  EXPECT_TRUE(interrupted("parts").empty());
  ASSERT_EQ(run("analyze", analyze, "parts").code, 0);

  const auto expected = made("whole");
  const auto came = made("parts");
  EXPECT_GT(expected.count("probes/z_shuffle/default.h5"), 0u);
  EXPECT_GT(expected.count("figures/dashboard.csv"), 0u);
  for (const auto& [name, bytes] : expected) {
    ASSERT_EQ(came.count(name), 1u) << name;
    EXPECT_TRUE(came.at(name) == bytes) << name;
  }
  EXPECT_EQ(came.size(), expected.size());
  EXPECT_EQ(report("parts"), report("whole"));
}

}  // namespace
}  // namespace kairo
