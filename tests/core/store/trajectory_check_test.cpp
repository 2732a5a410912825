#include "core/store/trajectory_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <random>

#include "core/store/checkpoint.h"
#include "core/store/trajectory_path.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

constexpr int64_t kCount = 16;
constexpr std::size_t kWeights = 400;

enum class Walk { kStraight, kRandom, kResting };

using Weights = std::vector<float>;

// What a run may do: drift, diffuse, or lie around one point.
std::vector<Weights> walk(Walk kind, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Weights direction(kWeights), centre(kWeights);
  for (std::size_t i = 0; i < kWeights; ++i) {
    direction[i] = normal(random);
    centre[i] = normal(random);
  }
  std::vector<Weights> all;
  for (int64_t step = 0; step < kCount; ++step) {
    Weights weights = all.empty() || kind == Walk::kResting ? centre : all.back();
    for (std::size_t i = 0; i < kWeights; ++i) {
      weights[i] += kind == Walk::kStraight ? 0.1f * direction[i] + 0.01f * normal(random)
                                            : 0.1f * normal(random);
    }
    all.push_back(std::move(weights));
  }
  return all;
}

// A folder of checkpoints with the model alone, as imported ones are, at steps 0, 100, 200, …
class Series {
 public:
  explicit Series(const std::vector<Weights>& all) {
    for (std::size_t i = 0; i < all.size(); ++i) write(static_cast<int64_t>(i) * 100, all[i]);
  }
  void write(int64_t step, const Weights& weights) { write(made(step, weights)); }
  void write(Checkpoint checkpoint) { write_checkpoint(path(checkpoint.step), checkpoint); }
  static Checkpoint made(int64_t step, const Weights& weights) {
    Checkpoint checkpoint;
    checkpoint.step = step;
    checkpoint.model_json = "{}";
    checkpoint.parameters = {{"embed.W_E", {static_cast<int64_t>(weights.size())}, weights}};
    return checkpoint;
  }
  std::string path(int64_t step) const { return folder_.file(checkpoint_file_name(step)); }
  TrajectoryReport check(CheckDepth depth = CheckDepth::kEverything) const {
    return check_trajectory(find_checkpoints(folder_.path()), depth, {});
  }
  // "path 300", "duplicates 200", …
  std::vector<std::string> findings(CheckDepth depth = CheckDepth::kEverything) const {
    std::vector<std::string> all;
    for (const TrajectoryFinding& each : check(depth).findings) {
      EXPECT_TRUE(contains(each.text, path(each.step))) << each.text;
      all.push_back(each.check + " " + std::to_string(each.step));
    }
    return all;
  }

 private:
  TemporaryFolder folder_;
};

using Texts = std::vector<std::string>;

TEST(TrajectoryCheck, FindsNothingInHonestSeriesOfAnyKind) {
  for (const Walk kind : {Walk::kStraight, Walk::kRandom, Walk::kResting}) {
    for (unsigned seed = 0; seed < 20; ++seed) {
      EXPECT_EQ(Series(walk(kind, seed)).findings(), Texts()) << static_cast<int>(kind) << seed;
    }
  }
}

TEST(TrajectoryCheck, SaysWhatItLookedAt) {
  const TrajectoryReport report = Series(walk(Walk::kRandom, 1)).check();
  ASSERT_EQ(report.checks.size(), 5U);
  for (const TrajectoryCheck& check : report.checks) {
    EXPECT_EQ(check.n_looked_at, check.name == "optimizer" ? 0 : kCount) << check.name;
    EXPECT_EQ(check.n_found, 0) << check.name;
  }
}

TEST(TrajectoryCheck, FindsSwappedNeighbours) {
  for (const Walk kind : {Walk::kStraight, Walk::kRandom}) {
    std::vector<Weights> all = walk(kind, 2);
    std::swap(all[6], all[7]);
    EXPECT_EQ(Series(all).findings(), (Texts{"path 600", "path 700"})) << static_cast<int>(kind);
  }
}

TEST(TrajectoryCheck, FindsTwoDistantStepsThatAreSwapped) {
  for (const Walk kind : {Walk::kStraight, Walk::kRandom}) {
    std::vector<Weights> all = walk(kind, 3);
    std::swap(all[3], all[11]);
    EXPECT_EQ(Series(all).findings(), (Texts{"path 300", "path 1100"})) << static_cast<int>(kind);
  }
}

TEST(TrajectoryCheck, FindsAStepOfAnotherRunWhereverItStands) {
  for (const Walk kind : {Walk::kStraight, Walk::kRandom, Walk::kResting}) {
    const std::vector<Weights> foreign = walk(kind, 99);
    for (const std::size_t at : {0, 1, 8, 14, 15}) {
      std::vector<Weights> all = walk(kind, 4);
      all[at] = foreign[at];
      EXPECT_EQ(Series(all).findings(), Texts{"path " + std::to_string(100 * at)})
          << static_cast<int>(kind);
    }
  }
}

TEST(TrajectoryCheck, NamesBothStepsOfADuplicateAndWhichIsOffThePath) {
  std::vector<Weights> all = walk(Walk::kRandom, 5);
  all[9] = all[2];
  const Series series(all);
  EXPECT_EQ(series.findings(CheckDepth::kWeights),
            (Texts{"duplicates 200", "duplicates 900", "path 900"}));
  EXPECT_TRUE(contains(series.check().of("duplicates")[1].text, "the weights of step 200"));
}

TEST(TrajectoryCheck, TheLastUpdatesOfAScheduleThatEndsAtZeroAreNoDuplicates) {
  std::vector<Weights> all = walk(Walk::kRandom, 6);
  Series series(all);
  const int64_t end = (kCount - 1) * 100;
  series.write(end + 1, all.back());
  EXPECT_EQ(series.findings(), Texts());
  series.write(end + 2, all.back());
  EXPECT_EQ(series.findings(), Texts());
  // Not one update apart.
  series.write(end + 9, all.back());
  EXPECT_EQ(series.findings().size(), 4U);
}

TEST(TrajectoryCheck, NeighboursThatAreTheSameBeforeTheEndAreDuplicates) {
  std::vector<Weights> all = walk(Walk::kRandom, 6);
  Series series(all);
  series.write(701, all[7]);
  EXPECT_EQ(series.findings(), (Texts{"duplicates 700", "duplicates 701"}));
}

TEST(TrajectoryCheck, FindsAFileWithTheNameOfAnotherStep) {
  const Series series(walk(Walk::kStraight, 7));
  std::filesystem::copy_file(series.path(500), series.path(1600));
  EXPECT_EQ(series.findings(CheckDepth::kWeights), (Texts{"readable 1600"}));
}

TEST(TrajectoryCheck, FindsAnOptimizerOfAnotherStep) {
  const std::vector<Weights> all = walk(Walk::kStraight, 8);
  Series series(all);
  Checkpoint checkpoint = Series::made(400, all[4]);
  checkpoint.has_optimizer = true;
  checkpoint.optimizer.name = "adamw";
  checkpoint.optimizer.step = 300;
  series.write(checkpoint);
  EXPECT_EQ(series.findings(), Texts{"optimizer 400"});
}

TEST(TrajectoryCheck, FindsAnotherModelAndADamagedFileAndGoesOn) {
  Series series(walk(Walk::kStraight, 9));
  series.write(300, Weights(10, 1.0f));
  std::fstream(series.path(800), std::ios::in | std::ios::out | std::ios::binary)
      .seekp(1500)
      .write("damage", 6);
  EXPECT_EQ(series.findings(), (Texts{"model 300", "readable 800"}));
}

// A folder in the place of one checkpoint ended the check of all.
TEST(TrajectoryCheck, AFileThatCannotBeReadIsAFindingAmongOthers) {
  const Series series(walk(Walk::kStraight, 10));
  std::filesystem::remove(series.path(300));
  std::filesystem::create_directory(series.path(300));
  std::filesystem::remove(series.path(900));
  std::filesystem::create_symlink("/nowhere", series.path(900));
  EXPECT_EQ(series.findings(), (Texts{"readable 300", "readable 900"}));
}

TEST(TrajectoryPath, ADetourIsTheWayOverTheDirectDistance) {
  // On a line at 0, 1, 3, 2, 4, 5, 6: the way to 3 and on to 2 is (2 + 1)/1, so is that to 2.
  const std::vector<PathPoint> points = {{0, 0, 0}, {1, 1, 0}, {2, 2, 3}, {3, 1, 1},
                                         {4, 2, 1}, {5, 1, 3}, {6, 1, 2}};
  const std::vector<OffPath> off = points_off_path(points);
  ASSERT_EQ(off.size(), 2U);
  EXPECT_EQ(off[0].index, 2U);
  EXPECT_EQ(off[1].index, 3U);
  EXPECT_TRUE(contains(off[0].why, "a detour of 3.00")) << off[0].why;
}

// Around a point of rest detours are 2, a little more or less; in a window of straight steps 1. Two
// windows made a detour of 2.15 between them look as if it were off.
TEST(TrajectoryPath, StraightWindowsSayNothingOfTheStepsAroundThem) {
  std::vector<PathPoint> points = {{0, 0, 0}};
  for (int64_t step = 100; step <= 2500; step += 100) {
    points.push_back({step, 1, 1});
    if (step != 1000 && step != 1400) continue;
    for (int64_t i = 1; i < 100; ++i) points.push_back({step + i, 0.01, i == 1 ? 1 : 0.02});
    step += 100;
    points.push_back({step, 0.01, 0.02});
  }
  const auto behind = std::find_if(points.begin(), points.end(),
                                   [](const PathPoint& point) { return point.step == 1300; });
  behind->from_last_but_one = 2 / 2.15;
  EXPECT_TRUE(points_off_path(points).empty());
  behind->from_last_but_one = 2 / 3.2;
  const std::vector<OffPath> off = points_off_path(points);
  ASSERT_EQ(off.size(), 1U);
  EXPECT_EQ(points[off.front().index].step, 1200);
}

double distance(const Weights& a, const Weights& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

// Steps 100 apart with one window at every step: a run that walks at random or lies still over
// hundreds of updates goes straight on within it.
class RefinedPath {
 public:
  RefinedPath(Walk kind, unsigned seed) {
    const std::vector<Weights> coarse = walk(kind, seed);
    for (int64_t i = 0; i < kCount; ++i) weights_[100 * i] = coarse[i];
    std::mt19937 random(seed + 1000);
    std::normal_distribution<float> normal;
    const Weights &begin = coarse[7], &end = coarse[8];
    for (int64_t step = 1; step < 100; ++step) {
      Weights& between = weights_[700 + step] = begin;
      for (std::size_t i = 0; i < kWeights; ++i) {
        between[i] +=
            static_cast<float>(step) / 100 * (end[i] - begin[i]) + 0.0005f * normal(random);
      }
    }
  }
  void swap_steps(int64_t a, int64_t b) { std::swap(weights_.at(a), weights_.at(b)); }
  std::vector<int64_t> off_path() const {
    std::vector<PathPoint> points;
    std::vector<const Weights*> all;
    for (const auto& [step, weights] : weights_) {
      const std::size_t n = all.size();
      points.push_back({step, n > 0 ? distance(weights, *all[n - 1]) : 0,
                        n > 1 ? distance(weights, *all[n - 2]) : 0});
      all.push_back(&weights);
    }
    std::vector<int64_t> steps;
    for (const OffPath& off : points_off_path(points)) steps.push_back(points[off.index].step);
    return steps;
  }

 private:
  std::map<int64_t, Weights> weights_;
};

TEST(TrajectoryPath, ARefinedWindowIsNoOutlierAndMakesNone) {
  for (const Walk kind : {Walk::kStraight, Walk::kRandom, Walk::kResting}) {
    for (unsigned seed = 0; seed < 20; ++seed) {
      EXPECT_EQ(RefinedPath(kind, seed).off_path(), std::vector<int64_t>())
          << static_cast<int>(kind) << seed;
    }
  }
}

TEST(TrajectoryPath, SwappedStepsAreFoundWithinARefinedWindowAndAcrossIt) {
  for (const auto& [a, b] : {std::pair<int64_t, int64_t>{741, 742}, {200, 300}, {600, 900}}) {
    RefinedPath path(Walk::kStraight, 3);
    path.swap_steps(a, b);
    EXPECT_EQ(path.off_path(), (std::vector<int64_t>{a, b}));
  }
}

TEST(TrajectoryPath, ThreePointsHaveNoTrend) {
  EXPECT_TRUE(points_off_path({{0, 0, 0}, {1, 9, 0}, {2, 9, 1}}).empty());
}

TEST(TrajectoryPath, StepsThatComeWiderApartAreNoOutliers) {
  std::vector<PathPoint> points = {{0, 0, 0}};
  for (int64_t step = 1; step <= 512; step *= 2) {
    const double back = static_cast<double>(points.back().step);
    const double before =
        points.size() > 1 ? static_cast<double>(points[points.size() - 2].step) : 0;
    points.push_back({step, static_cast<double>(step) - back, static_cast<double>(step) - before});
  }
  EXPECT_TRUE(points_off_path(points).empty());
}

}  // namespace
}  // namespace kairo
