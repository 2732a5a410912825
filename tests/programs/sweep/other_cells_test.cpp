// What sweep.json knows of cells that the last command did not have. Their tasks at Slurm:
// unwatched_tasks_test.cpp.
#include "programs/sweep/manifest.h"
#include "tests/programs/sweep/fake_programs.h"

namespace kairo {
namespace {

using Texts = std::vector<std::string>;

class OtherCells : public FakePrograms {
 protected:
  OtherCells() { write("s.yaml", "base: base.yaml\nseeds: [0, 1]\n"); }

  std::string manifest(const std::string& name = "s") const {
    return folder_.file("outputs/" + name + "/sweep.json");
  }
  static Texts names_of(const std::vector<CellRecord>& cells) {
    Texts names;
    for (const CellRecord& cell : cells) names.push_back(cell.name);
    return names;
  }
};

TEST_F(OtherCells, ComeBackFromTheFileAsTheyWere) {
  CellRecord cell;
  cell.name = "seed1";
  cell.key = "12ab";
  cell.varied = {{"experiment.seed", "1"}};
  cell.overrides = {{"experiment.seed", "1"}, {"data.k", "5"}};
  cell.run = "../seed1";
  cell.record = "../seed1/probes/lens/s.h5";
  cell.status = CellStatus::kQueued;
  cell.seconds = 2.5;
  cell.error = "no luck";
  cell.analysis = "34cd";
  cell.slurm_task = "101_1";
  cell.slurm_analysis = "56ef";
  const std::string path = folder_.file("sweep.json");
  Manifest written;
  written.others = {cell};
  write_manifest(path, written);
  const Manifest read = read_manifest(path);
  EXPECT_TRUE(read.cells.empty()) << "which compare reads";
  ASSERT_EQ(names_of(read.others), Texts{"seed1"});
  EXPECT_EQ(read.others[0].status, CellStatus::kQueued);
  EXPECT_EQ(read.others[0].analysis, "34cd");
  EXPECT_EQ(read.others[0].slurm_task, "101_1");
  const std::string first = read_file(path);
  write_manifest(path, read);
  EXPECT_EQ(read_file(path), first) << "nothing is lost on the way";
}

TEST_F(OtherCells, AreApartFromThoseOfTheLastCommand) {
  sweep("--config s.yaml");
  EXPECT_FALSE(nlohmann::json::parse(read_file(manifest())).contains("others"))
      << "as in files of versions that knew none";
  sweep("--config s.yaml --seeds 3");
  sweep("--config s.yaml --seeds 2,0");
  const Manifest last = read_manifest(manifest());
  EXPECT_EQ(names_of(last.cells), (Texts{"seed2", "seed0"}));
  ASSERT_EQ(names_of(last.others), (Texts{"seed1", "seed3"})) << "of all commands before";
  EXPECT_EQ(last.others[0].status, CellStatus::kDone);
  sweep("--config s.yaml --seeds 0,1,2,3");
  EXPECT_TRUE(read_manifest(manifest()).others.empty()) << "each stands once";
}

// What they were analyzed with was forgotten: reports at another threshold counted as these.
TEST_F(OtherCells, AreNotDoneWithAnOlderAnalysis) {
  sweep("--config s.yaml");
  sweep("--config s.yaml transitions.z_gap_nats=1");
  sweep("--config s.yaml --seeds 2");
  calls();
  EXPECT_EQ(sweep("--config s.yaml --seeds 0,1,2").code, 0);
  EXPECT_EQ(calls(), (Texts{"analyze seed0", "analyze seed1"}));
}

TEST_F(OtherCells, AreDoneWithTheirOwnAnalysis) {
  sweep("--config s.yaml");
  sweep("--config s.yaml transitions.z_gap_nats=1");
  sweep("--config s.yaml --seeds 2");
  calls();
  EXPECT_EQ(sweep("--config s.yaml --seeds 0,1,2 transitions.z_gap_nats=1").code, 0);
  EXPECT_EQ(calls(), Texts{"analyze seed2"});
}

// A record says nothing of who made it: it was made again, and with other settings written over.
TEST_F(OtherCells, OfAProbeKeepTheirRecords) {
  write("outputs/a/run.json", "{}");
  write("outputs/b/run.json", "{}");
  write("p.yaml", "probe: lens\nruns: [a, b]\n");
  sweep("--config p.yaml");
  write("p.yaml", "probe: lens\nruns: [b]\n");
  sweep("--config p.yaml");
  calls();
  write("p.yaml", "probe: lens\nruns: [a]\n");
  EXPECT_EQ(sweep("--config p.yaml").code, 0);
  EXPECT_EQ(calls(), Texts{});
  write("p.yaml", "probe: lens\nruns: [b]\n");
  const End end = sweep("--config p.yaml probes.n_examples=7");
  EXPECT_EQ(end.code, 2) << end.out;
  EXPECT_TRUE(contains(end.err, "outputs/b/probes/lens/p.h5")) << end.err;
  EXPECT_EQ(calls(), Texts{});
}

}  // namespace
}  // namespace kairo
