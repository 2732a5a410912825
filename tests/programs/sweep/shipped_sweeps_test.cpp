// The sweeps that come with the program: their cells resolve, are as many as they say, and can be
// trained.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "core/config/transformer_options.h"
#include "core/data/task.h"
#include "core/files/atomic_file.h"
#include "programs/run_setup.h"
#include "programs/sweep/cells.h"
#include "tests/paths.h"

namespace kairo {
namespace {

class ShippedSweeps : public testing::Test {
 protected:
  // Run from the source folder, as a user would.
  ShippedSweeps() { std::filesystem::current_path(source_dir()); }

  static Sweep sweep_of(const std::string& name) { return make_sweep(read_sweep_file(name), {}); }
  static RunSettings settings_of(const Sweep& sweep, const SweepCell& cell) {
    RunSettings settings;
    ConfigBinder binder;
    bind_settings(binder, settings, {});
    std::vector<std::string> overrides;
    for (const Override& each : cell.overrides) overrides.push_back(each.text());
    binder.load(sweep.file.base, overrides);
    return settings;
  }
};

const std::map<std::string, std::size_t> kCounts = {
    {"attention_direction", 2}, {"k_n1000", 4}, {"k_sweep", 6}, {"lens_positions", 4},
    {"quick_sweep", 2},         {"scale", 3},   {"seeds", 5},   {"temperature", 6}};

TEST_F(ShippedSweeps, HaveTheCellsTheySay) {
  std::size_t n_files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("configs/sweeps")) {
    const std::string name = entry.path().stem();
    ASSERT_EQ(kCounts.count(name), 1u) << name;
    EXPECT_EQ(sweep_of(name).cells.size(), kCounts.at(name)) << name;
    const std::string said = std::to_string(kCounts.at(name)) + " cells";
    EXPECT_NE(read_file(entry.path()).find(said), std::string::npos) << name;
    ++n_files;
  }
  EXPECT_EQ(n_files, kCounts.size());
}

TEST_F(ShippedSweeps, EveryCellsDataCanBeMadeAndFitsTheModel) {
  for (const auto& [name, count] : kCounts) {
    const Sweep sweep = sweep_of(name);
    if (sweep.file.is_of_probes()) continue;
    for (const SweepCell& cell : sweep.cells) {
      const RunSettings settings = settings_of(sweep, cell);
      const auto data = make_dataset({settings.run.task.name, settings.run.data,
                                      settings.run.model.as<TransformerOptions>().attention_dir,
                                      static_cast<uint64_t>(settings.run.experiment.seed)});
      EXPECT_LE(data->info().n_pos, settings.run.model->n_ctx) << name << "/" << cell.name;
      EXPECT_GE(settings.run.training.batch_size, settings.run.training.shards) << cell.name;
    }
  }
}

TEST_F(ShippedSweeps, StopOnceSolvedAndKeepFewOptimiserStates) {
  for (const auto& [name, count] : kCounts) {
    const Sweep sweep = sweep_of(name);
    if (name == "quick_sweep" || sweep.file.is_of_probes()) continue;
    for (const SweepCell& cell : sweep.cells) {
      const TrainingOptions& training = settings_of(sweep, cell).run.training;
      EXPECT_EQ(training.stop_when_solved, 0.95) << name;
      EXPECT_EQ(training.optimizer_state_every, 1000) << name;
    }
  }
}

TEST_F(ShippedSweeps, TheSweepOfAProbeReplaysTheMainExperiment) {
  const Sweep sweep = sweep_of("lens_positions");
  std::vector<std::string> names;
  for (const SweepCell& cell : sweep.cells) {
    EXPECT_EQ(sweep.run(cell).root(), "outputs/k10_n1000");
    names.push_back(cell.label);
  }
  EXPECT_EQ(names, (std::vector<std::string>{
                       "lens_positions_query_steps0-2000-200", "lens_positions_query_stepslast",
                       "lens_positions_all_steps0-2000-200", "lens_positions_all_stepslast"}));
}

TEST_F(ShippedSweeps, TheMainExperimentIsTheSameCellInAll) {
  const std::string key = sweep_of("seeds").cells[0].key;
  const std::map<std::string, std::string> cells = {{"attention_direction", "causal"},
                                                    {"k_n1000", "k10"},
                                                    {"k_sweep", "k10_bz_to_a_seed0"},
                                                    {"scale", "layers4_width128"}};
  for (const auto& [name, cell_name] : cells) {
    for (const SweepCell& cell : sweep_of(name).cells) {
      EXPECT_EQ(cell.key == key, cell.name == cell_name) << name << "/" << cell.name;
    }
  }
}

TEST_F(ShippedSweeps, AHundredTargetsAreTrainedAsTheirOwnExperimentIs) {
  const SweepCell cell = sweep_of("k_n1000").cells.at(3);
  const CellConfig alone = resolve("configs/k100_n1000.yaml", {});
  for (std::size_t i = 0; i < alone.values.size(); ++i) {
    const std::string& path = alone.values[i].first;
    if (path == "training.stop_when_solved" || path == "training.optimizer_state_every") continue;
    EXPECT_EQ(cell.config.values[i], alone.values[i]);
  }
}

}  // namespace
}  // namespace kairo
