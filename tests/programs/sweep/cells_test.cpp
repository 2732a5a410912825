// From a sweep's file to its cells: products, names, keys, and what is refused.
#include "programs/sweep/cells.h"

#include <algorithm>

#include "tests/core/config/config_test_folder.h"

namespace kairo {
namespace {

class SweepCells : public ConfigTest {
 protected:
  SweepCells() { write("configs/tiny.yaml", "experiment: {name: tiny}\ndata: {n_unique_b: 6}\n"); }

  // The sweep of a file with this text.
  static Sweep sweep_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
    write("s.yaml", text);
    return make_sweep(read_sweep_file("s.yaml"), overrides);
  }
  static std::vector<std::string> names_of(const Sweep& sweep) {
    std::vector<std::string> names;
    for (const SweepCell& cell : sweep.cells) names.push_back(cell.name);
    return names;
  }
  static std::string key_of(const std::string& text) { return sweep_of(text).cells.at(0).key; }
  static std::string value_of(const SweepCell& cell, const std::string& path) {
    for (const auto& [name, value] : cell.config.values) {
      if (name == path) return value;
    }
    return "none";
  }
  static std::string refusal(const std::string& text, ErrorKind kind = ErrorKind::kConfig,
                             const std::vector<std::string>& overrides = {}) {
    return message_of(kind, [&] { sweep_of(text, overrides); });
  }
};

using Texts = std::vector<std::string>;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(SweepCells, AreTheProductOfGridAndSeeds) {
  const Sweep sweep = sweep_of(
      "base: tiny\ngrid:\n  data.k: [5, 10]\n  data.task: [bz_to_a, az_to_b]\nseeds: [0, 7]\n");
  // 2 K * 2 directions * 2 seeds, the last axis running fastest.
  EXPECT_EQ(names_of(sweep), (Texts{"k5_bz_to_a_seed0", "k5_bz_to_a_seed7", "k5_az_to_b_seed0",
                                    "k5_az_to_b_seed7", "k10_bz_to_a_seed0", "k10_bz_to_a_seed7",
                                    "k10_az_to_b_seed0", "k10_az_to_b_seed7"}));
  EXPECT_EQ(value_of(sweep.cells[3], "data.k"), "5");
  EXPECT_EQ(value_of(sweep.cells[3], "data.task"), "az_to_b");
  EXPECT_EQ(value_of(sweep.cells[3], "experiment.seed"), "7");
  EXPECT_EQ(value_of(sweep.cells[3], "data.n_unique_b"), "6");
}

TEST_F(SweepCells, SeedsOfTheCommandLineTakeThePlaceOfTheFiles) {
  write("s.yaml", "base: tiny\ngrid: {data.k: [5]}\nseeds: [0]\n");
  const SweepFile file = read_sweep_file("s.yaml");
  const Sweep sweep = make_sweep(file, {}, {"0", "3"});
  EXPECT_EQ(names_of(sweep), (Texts{"k5_seed0", "k5_seed3"}));
  EXPECT_EQ(sweep.cells[0].key, make_sweep(file, {}).cells.at(0).key) << "it is the same run";
  EXPECT_EQ(value_of(sweep.cells[1], "experiment.seed"), "3");
}

TEST_F(SweepCells, TheSeedThatCellsHaveAnywayIsNoPartOfTheirNames) {
  write("s.yaml", "base: tiny\nset: {experiment.seed: 2}\ncells: [{data.k: 5, name: five}]\n");
  const SweepFile file = read_sweep_file("s.yaml");
  const Sweep sweep = make_sweep(file, {}, {"1", "2"});
  EXPECT_EQ(names_of(sweep), (Texts{"five_seed1", "five"}));
  EXPECT_EQ(sweep.cells[1].key, make_sweep(file, {}).cells.at(0).key);
}

TEST_F(SweepCells, ListedCellsAreOneAxisThatMaySetSeveralKeys) {
  const Sweep sweep = sweep_of(
      "base: tiny\ncells:\n  - {data.k: 1}\n  - data: {k: 100, z_length: 3}\n    name: large\n"
      "grid: {model: {act_fn: [gelu, relu]}}\n");
  EXPECT_EQ(names_of(sweep), (Texts{"k1_gelu", "k1_relu", "large_gelu", "large_relu"}));
  EXPECT_EQ(value_of(sweep.cells[3], "data.z_length"), "3");
  EXPECT_EQ(value_of(sweep.cells[3], "model.act_fn"), "relu");
}

TEST_F(SweepCells, WithoutAxesThereIsOneCell) {
  EXPECT_EQ(names_of(sweep_of("base: tiny\n")), Texts{"base"});
}

TEST_F(SweepCells, KeysThatShareTheirLastWordAreNamedWhole) {
  const Sweep sweep = sweep_of("base: tiny\ngrid: {model.seed: [3]}\nseeds: [1]\n");
  EXPECT_EQ(names_of(sweep), Texts{"model.seed3_experiment.seed1"});
}

TEST_F(SweepCells, ListsAndTextsBecomeSafeNames) {
  const Sweep sweep = sweep_of(
      "base: tiny\ngrid:\n  training.checkpoint_steps: [[1, 10]]\n  data.vocab_chars: [ab/cd]\n");
  const std::string& name = sweep.cells[0].name;
  EXPECT_EQ(name, "checkpoint_steps1+10_ab-cd_" + sweep.cells[0].key.substr(0, 8));
  EXPECT_EQ(value_of(sweep.cells[0], "training.checkpoint_steps"), "[1, 10]");
}

// A file list and most commands take the one for hidden and the other for a flag.
TEST_F(SweepCells, NoMadeNameBeginsWithADotOrADash) {
  const Sweep sweep = sweep_of("base: tiny\ngrid: {data.vocab_chars: [.ab, -ab, (ab]}\n");
  ASSERT_EQ(sweep.cells.size(), 3u);
  for (const SweepCell& cell : sweep.cells) {
    EXPECT_EQ(cell.name, "_ab_" + cell.key.substr(0, 8));
  }
}

TEST_F(SweepCells, LongNamesEndInTheKeySoThatTheyStayApart) {
  const std::string chars(100, 'a');
  const Sweep sweep =
      sweep_of("base: tiny\ngrid: {data.vocab_chars: [" + chars + "b, " + chars + "c]}\n");
  ASSERT_EQ(sweep.cells.size(), 2u);
  EXPECT_EQ(sweep.cells[0].name, std::string(80, 'a') + "_" + sweep.cells[0].key.substr(0, 8));
  EXPECT_NE(sweep.cells[0].name, sweep.cells[1].name);
}

TEST_F(SweepCells, TheCellWinsOverTheCommandLineOverSetOverBase) {
  const Sweep sweep = sweep_of(
      "base: tiny\nset: {data.n_unique_b: 7, training.max_steps: 7, training.batch_size: 7}\n"
      "grid: {training.batch_size: [9]}\n",
      {"training.max_steps=8"});
  EXPECT_EQ(value_of(sweep.cells[0], "data.n_unique_b"), "7");
  EXPECT_EQ(value_of(sweep.cells[0], "training.max_steps"), "8");
  EXPECT_EQ(value_of(sweep.cells[0], "training.batch_size"), "9");
  EXPECT_EQ(sweep.cells[0].overrides.size(), 3u) << "each key once";
}

TEST_F(SweepCells, EqualConfigurationsHaveEqualKeysWhateverTheirNames) {
  const std::string key = key_of("base: tiny\ngrid: {data.k: [10]}\n");
  EXPECT_EQ(key.size(), 64u);
  EXPECT_EQ(key_of("base: tiny\n"), key) << "10 is the default";
  EXPECT_EQ(key_of("base: tiny\ncells: [{data.k: 10, name: other}]\n"), key);
  EXPECT_EQ(key_of("base: tiny\nset: {training.learning_rate: 1e-3}\n"), key);
  EXPECT_EQ(key_of("base: tiny\nset: {probes.n_examples: 32, training.log_every: 3}\n"), key);
}

TEST_F(SweepCells, EveryValueThatShapesARunEntersTheKey) {
  const std::string key = key_of("base: tiny\n");
  for (const char* change : {"data.k: 11", "experiment.seed: 1", "model.seed: 1",
                             "training.max_steps: 3", "training.checkpoint_every: 7"}) {
    EXPECT_NE(key_of("base: tiny\nset: {" + std::string(change) + "}\n"), key) << change;
  }
}

TEST_F(SweepCells, KeysOfSingleProbesAreHandedOn) {
  const Sweep sweep = sweep_of("base: tiny\nset: {probes.logit_lens.positions: all}\n");
  EXPECT_EQ(sweep.cells[0].overrides.at(0).text(), "probes.logit_lens.positions=all");
}

TEST_F(SweepCells, FoldersFollowTheOutputFolder) {
  EXPECT_EQ(sweep_of("base: tiny\n").folder(), "outputs/s");
  const Sweep sweep = sweep_of("base: tiny\n", {"output.base_dir=elsewhere"});
  EXPECT_EQ(sweep.run(sweep.cells[0]).root(), "elsewhere/s/base");
  EXPECT_EQ(sweep.log(sweep.cells[0]), "elsewhere/s/base/sweep.log");
}

TEST_F(SweepCells, ProbeSweepsAreRunsTimesSettingsTimesSteps) {
  const Sweep sweep = sweep_of(
      "probe: logit_lens\nruns: [a, k_sweep/k5]\ngrid: {probes.logit_lens.positions: [query, "
      "all]}\nsteps: [\"0:100:50\", last]\n");
  EXPECT_EQ(sweep.cells.size(), 2u * 2 * 2);
  const SweepCell& cell = sweep.cells[7];
  EXPECT_EQ(cell.name, "k_sweep-k5_all_stepslast");
  EXPECT_EQ(cell.label, "s_all_stepslast");
  EXPECT_EQ(cell.steps, "last");
  EXPECT_EQ(sweep.run(cell).root(), "outputs/k_sweep/k5");
  EXPECT_EQ(sweep.cells[2].label, "s_all_steps0-100-50");
  EXPECT_EQ(sweep.cells[2].label, sweep.cells[6].label) << "runs are compared by label";
  EXPECT_NE(sweep.cells[2].key, sweep.cells[6].key);
}

TEST_F(SweepCells, RunsAndNamesMayNotLeaveTheOutputFolder) {
  for (const char* run : {"../a", "/etc", "a/../../b", "..", "a/b/c"}) {
    refusal("probe: logit_lens\nruns: [" + std::string(run) + "]\n", ErrorKind::kUsage);
  }
  for (const char* name : {"../a", "a/b", ".hidden", "\"\""}) {
    refusal("base: tiny\ncells: [{data.k: 2, name: " + std::string(name) + "}]\n",
            ErrorKind::kUsage);
  }
  EXPECT_TRUE(holds(refusal("base: tiny\ncells: [{data.k: 2, name: sweep.json}]\n"), "sweep.json"));
}

TEST_F(SweepCells, AmbiguousSweepsAreRefused) {
  EXPECT_TRUE(holds(refusal("base: tiny\ngrid: {data.k: [5, 5]}\n"), "two cells are named k5"));
  EXPECT_TRUE(holds(refusal("base: tiny\ncells: [{data.k: 5, name: a}, {data.k: 5, name: b}]\n"),
                    "cells a and b have the same configuration"));
  EXPECT_TRUE(holds(refusal("base: tiny\ngrid: {data.k: [5]}\ncells: [{data.k: 6}]\n"), "data.k"));
  EXPECT_TRUE(holds(refusal("base: tiny\ngrid: {data.k: [5]}\n", ErrorKind::kUsage, {"data.k=6"}),
                    "data.k=6"));
  EXPECT_TRUE(holds(refusal("base: tiny\nseeds: [1]\n", ErrorKind::kUsage, {"experiment.seed=2"}),
                    "--seeds"));
  EXPECT_TRUE(holds(refusal("base: tiny\nset: {experiment.name: x}\n"), "experiment.name"));
  EXPECT_TRUE(holds(refusal("base: tiny\nruns: [a]\n"), "probe"));
  EXPECT_TRUE(holds(refusal("probe: logit_lens\n"), "runs"));
  EXPECT_TRUE(holds(refusal("grid: {data.k: [5]}\n"), "base"));
}

TEST_F(SweepCells, BadValuesAreRefusedBeforeAnythingRuns) {
  EXPECT_TRUE(holds(refusal("base: tiny\ngrid: {data.k: [5, -1]}\n"), "data.k=-1"));
  EXPECT_TRUE(holds(refusal("base: tiny\nset: {data.kk: 5}\n"), "data.k"));
  EXPECT_TRUE(holds(refusal("base: tiny\ngrdi: {data.k: [5]}\n"), "s.yaml:2"));
  EXPECT_TRUE(holds(refusal("base: tiny\ngrid: {data.k: 5}\n"), "list"));
  EXPECT_TRUE(holds(refusal("base: tiny\ngrid: {data.k: []}\n"), "list"));
  EXPECT_TRUE(holds(refusal("base: nowhere\n"), "nowhere"));
}

TEST_F(SweepCells, TooManyCellsAreRefusedBeforeTheyAreMade) {
  std::string list = "[0";
  for (int i = 1; i < 3000; ++i) list += ", " + std::to_string(i);
  const std::string text = "base: tiny\ngrid: {model.seed: " + list + "], data.k: " + list + "]}\n";
  EXPECT_TRUE(holds(refusal(text), "10000"));
}

}  // namespace
}  // namespace kairo
