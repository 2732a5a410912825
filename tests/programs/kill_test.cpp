// kill -9 at random moments: of a run (also inside the writing of a checkpoint, which it does at
// every step) and of a probe. Each time the same command goes on, and what comes out in the end is
// what an uninterrupted one makes. KAIRO_KILLS says how many kills each of the two gets.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <random>
#include <thread>

#include "core/base/error.h"
#include "core/store/checkpoint.h"
#include "core/store/record.h"
#include "core/store/run_directory.h"
#include "core/store/trajectory.h"
#include "tests/core/store/timeless_metrics.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int64_t kSteps = 150;

int n_kills() {
  const char* text = std::getenv("KAIRO_KILLS");
  return text == nullptr ? 30 : std::max(1, std::atoi(text));
}

std::vector<std::string> temporary_files(const std::string& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.find(".kairo-tmp.") != std::string::npos || entry.path().extension() == ".lock") {
      found.push_back(entry.path().string());
    }
  }
  return found;
}

class Kill : public testing::Test {
 protected:
  std::string base(const std::string& name) const { return runner_.folder() + "/" + name; }
  RunDirectory run_in(const std::string& name) const { return {base(name), "quick"}; }

  std::string train(const std::string& name) const {
    return "--config quick --quiet --resume auto --threads 1" + kTinyRun +
           "training.max_steps=" + std::to_string(kSteps) +
           " training.eval_every=2 training.checkpoint_every=1 --output-dir '" + base(name) + "'";
  }
  std::string probe(const std::string& name) const {
    return "--experiment quick --quiet --jobs 2 --output-dir '" + base(name) + "'";
  }
  double seconds_of(const std::string& program, const std::string& arguments) const {
    const auto begin = Clock::now();
    const ProgramEnd end = runner_.run(program, arguments);
    EXPECT_EQ(end.code, 0) << end.err;
    return std::chrono::duration<double>(Clock::now() - begin).count();
  }

  struct Program {
    std::string name, arguments;
    std::function<void()> after_kill, after_end;
  };

  // Starts the program again and again, each time killed at a moment drawn evenly from the time an
  // uninterrupted one takes; where it comes to its end first, after_end starts the next round.
  void kill_often(const Program& program, double seconds) {
    std::mt19937 random(20);
    std::uniform_real_distribution<double> moment(0, 1.1 * seconds);
    int kills = 0, ends = 0;
    while (kills < n_kills() && !HasFailure()) {
      const pid_t child = runner_.start(program.name, program.arguments);
      std::this_thread::sleep_for(std::chrono::duration<double>(moment(random)));
      ::kill(child, SIGKILL);
      const ProgramEnd end = runner_.wait(child);
      if (end.code >= 0) {
        ASSERT_EQ(end.code, 0) << end.err;
        program.after_end();
        ++ends;
      } else {
        ++kills;
        program.after_kill();
      }
    }
    const ProgramEnd last = runner_.run(program.name, program.arguments);
    ASSERT_EQ(last.code, 0) << last.err;
    program.after_end();
    std::cout << program.name << ": " << kills << " kills, " << ends + 1
              << " ends equal to the uninterrupted one\n";
  }

  ProgramRunner runner_;
};

TEST_F(Kill, OfARunAtAnyMomentLosesNothing) {
  const double seconds = seconds_of("train", train("whole"));
  const RunDirectory whole = run_in("whole"), run = run_in("killed");
  const std::string hash =
      read_checkpoint(whole.checkpoint(kSteps), CheckpointPart::kEverything).content_hash;
  const auto metrics = timeless_metrics(whole.metrics_file());
  Program program{"train", train("killed"), {}, {}};
  program.after_kill = [&] {
    if (!fs::exists(run.checkpoints()) || fs::is_empty(run.checkpoints())) return;
    std::vector<TrajectoryPoint> points;
    try {
      points = find_checkpoints(run.checkpoints());
    } catch (const Error& error) {  // nothing but an unfinished first one
      EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    }
    for (const TrajectoryPoint& point : points) {
      EXPECT_EQ(read_checkpoint(point.path, CheckpointPart::kEverything).step, point.step);
    }
  };
  program.after_end = [&] {
    EXPECT_EQ(read_checkpoint(run.checkpoint(kSteps), CheckpointPart::kEverything).content_hash,
              hash);
    EXPECT_EQ(timeless_metrics(run.metrics_file()), metrics);
    EXPECT_EQ(temporary_files(run.root()), std::vector<std::string>());
    fs::remove_all(run.root());
  };
  kill_often(program, seconds);
}

TEST_F(Kill, OfAProbeAtAnyMomentLosesNothing) {
  seconds_of("train", train("run"));
  const RunDirectory run = run_in("run");
  const std::string record = run.record("logit_lens", "default");
  const double seconds = seconds_of("probe_logit_lens", probe("run"));
  const std::string whole = read_file(record);
  const std::string table = read_file(fs::path(record).replace_extension(".csv").string());
  fs::remove_all(run.root() + "/probes");
  Program program{"probe_logit_lens", probe("run"), {}, {}};
  program.after_kill = [&] {
    if (fs::exists(record)) read_record(record);
  };
  program.after_end = [&] {
    EXPECT_TRUE(read_file(record) == whole);
    EXPECT_EQ(read_file(fs::path(record).replace_extension(".csv").string()), table);
    EXPECT_EQ(temporary_files(run.root()), std::vector<std::string>());
    fs::remove_all(run.root() + "/probes");
  };
  kill_often(program, seconds);
}

}  // namespace
}  // namespace kairo
