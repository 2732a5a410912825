// sweep as a user meets it, with programs that take no time.
#include "core/base/cpu_allowance.h"
#include "core/data/dataset_file.h"
#include "core/data/task.h"
#include "core/files/work_lock.h"
#include "tests/programs/sweep/fake_programs.h"

namespace kairo {
namespace {

using Texts = std::vector<std::string>;

using SweepProgram = FakePrograms;

TEST_F(SweepProgram, TrainsAndAnalyzesEveryCell) {
  const End end = sweep("--config s.yaml");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_EQ(calls(),
            (Texts{"train k1", "analyze k1", "train k2", "analyze k2", "train k3", "analyze k3"}));
  EXPECT_TRUE(contains(end.out, "done     k2  0 s  z gap > 0.5 nats at 1350\n")) << end.out;
  EXPECT_TRUE(contains(end.out, "3 of 3 cells done: outputs/s/sweep.json\n")) << end.out;
  EXPECT_EQ(status("k3"), "done");
  EXPECT_EQ(status("k3", "run"), "k3");
  EXPECT_TRUE(exists("outputs/s/k3/sweep.log"));
}

TEST_F(SweepProgram, AgainDoesOnlyWhatIsMissing) {
  sweep("--config s.yaml");
  calls();
  EXPECT_EQ(sweep("--config s.yaml").code, 0);
  EXPECT_EQ(calls(), Texts{});
  remove("outputs/s/k2/report.json");
  write("outputs/s/k3/run.json", "{\"status\": \"interrupted\"}");
  EXPECT_EQ(sweep("--config s.yaml").code, 0);
  EXPECT_EQ(calls(), (Texts{"analyze k2", "train k3", "analyze k3"}));
  remove("outputs/s/sweep.json");
  EXPECT_EQ(sweep("--config s.yaml").code, 0);
  EXPECT_EQ(calls(), Texts{}) << "the folders say it too";
}

// bug: one sweep that could not be read hid all others
TEST_F(SweepProgram, TheListHasEverySweepAndSaysWhichCannotBeRun) {
  write("configs/sweeps/bad.yaml", "grid: {data.k: [1]}\n");
  write("configs/sweeps/good.yaml", read_file(folder_.file("s.yaml")));
  const End end = sweep("--list");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_TRUE(contains(end.out, "bad                      cannot be run: ")) << end.out;
  EXPECT_TRUE(contains(end.out, "good                     3 cells")) << end.out;
}

TEST_F(SweepProgram, AReportOlderThanItsRunIsMadeAgain) {
  sweep("--config s.yaml");
  calls();
  const std::string report = folder_.file("outputs/s/k1/report.json");
  std::filesystem::last_write_time(
      report, std::filesystem::last_write_time(report) - std::chrono::hours(1));
  EXPECT_EQ(sweep("--config s.yaml").code, 0);
  EXPECT_EQ(calls(), Texts{"analyze k1"});
}

TEST_F(SweepProgram, NewCellsJoinAndOldOnesStay) {
  sweep("--config s.yaml");
  calls();
  write("s.yaml", "base: base.yaml\ngrid: {data.k: [2, 3, 4]}\n");
  EXPECT_EQ(sweep("--config s.yaml").code, 0);
  EXPECT_EQ(calls(), (Texts{"train k4", "analyze k4"}));
  EXPECT_EQ(status("k1"), "none");
  EXPECT_TRUE(exists("outputs/s/k1/report.json"));
}

TEST_F(SweepProgram, FurtherSeedsDoOnlyWhatIsMissing) {
  write("s.yaml", "base: base.yaml\ngrid: {data.k: [1]}\n");
  sweep("--config s.yaml");
  calls();
  EXPECT_EQ(sweep("--config s.yaml --seeds 0,1").code, 0);
  EXPECT_EQ(calls(), (Texts{"train k1_seed1", "analyze k1_seed1"}));
  const End plan = sweep("--config s.yaml --seeds 0,1,2 --dry-run");
  EXPECT_TRUE(contains(plan.out, "1 of 3 cells to do")) << plan.out;
  const End end = sweep("--config s.yaml --seeds 0,x");
  EXPECT_EQ(end.code, 2);
  EXPECT_TRUE(contains(end.err, "experiment.seed=x")) << end.err;
}

// Was: a run with a d_vocab of its own counted as the cell that takes the task's.
TEST_F(SweepProgram, ADVocabOfARunsOwnIsAnotherCell) {
  sweep("--config s.yaml");
  write_dataset(folder_.file("outputs/s/k1/dataset.h5"),
                *make_dataset({"disambiguation", {}, {}, 0}));
  std::ofstream(folder_.file("outputs/s/k1/config.yaml"), std::ios::app)
      << "model: {d_vocab: 64}\n";
  const End end = sweep("--config s.yaml");
  EXPECT_EQ(end.code, 2);
  EXPECT_TRUE(contains(end.err, "model.d_vocab is 64 there and 0 here")) << end.err;
}

TEST_F(SweepProgram, ACellThatHasChangedUnderItsNameIsRefused) {
  sweep("--config s.yaml");
  calls();
  const End end = sweep("--config s.yaml data.n_unique_b=7");
  EXPECT_EQ(end.code, 2);
  EXPECT_TRUE(contains(end.err, "data.n_unique_b is 6 there and 7 here")) << end.err;
  EXPECT_TRUE(contains(end.err, "cell k1 of s.yaml") && contains(end.err, "outputs/s/k1"));
  EXPECT_EQ(calls(), Texts{});
}

TEST_F(SweepProgram, ChangedProbeSettingsAreAnalyzedAgainNotTrained) {
  sweep("--config s.yaml");
  calls();
  EXPECT_EQ(sweep("--config s.yaml probes.n_examples=64").code, 0);
  const Texts called = calls(/*whole=*/true);
  ASSERT_EQ(called.size(), 3u);
  EXPECT_EQ(called[0].rfind("analyze k1", 0), 0u);
  EXPECT_TRUE(contains(called[0], " probes.n_examples=64")) << called[0];
  sweep("--config s.yaml probes.n_examples=64");
  EXPECT_EQ(calls(), Texts{});
}

// Only overrides were compared: a base edited after training left every cell "done".
TEST_F(SweepProgram, ProbeSettingsEditedInTheBaseAreAnalyzedAgainNotTrained) {
  sweep("--config s.yaml");
  calls();
  write("base.yaml",
        "experiment: {name: base}\ndata: {n_unique_b: 6}\n"
        "probes: {n_examples: 64, lens: {positions: [1, 2]}}\ntransitions: {accuracy: 0.8}\n");
  EXPECT_EQ(sweep("--config s.yaml").code, 0);
  const Texts called = calls(/*whole=*/true);
  ASSERT_EQ(called.size(), 3u);
  EXPECT_EQ(called[0].rfind("analyze k1", 0), 0u) << called[0];
  for (const char* told :
       {" probes.n_examples=64", " probes.lens.positions=[1, 2]", " transitions.accuracy=0.8"}) {
    EXPECT_TRUE(contains(called[0], told)) << called[0];
  }
  EXPECT_FALSE(contains(called[0], "probes.seed")) << "what the run has already: " << called[0];
  sweep("--config s.yaml");
  EXPECT_EQ(calls(), Texts{});
}

// As versions left it that kept overrides and no key of all settings.
TEST_F(SweepProgram, AManifestWithoutAnalysisKeysNeverTrainsAnew) {
  sweep("--config s.yaml probes.n_examples=64");
  sweep("--config s.yaml probes.n_examples=32");
  calls();
  auto json = nlohmann::json::parse(read_file(folder_.file("outputs/s/sweep.json")));
  for (auto& cell : json.at("cells")) {
    EXPECT_EQ(cell.at("analysis").get<std::string>().size(), 64u);
    cell.erase("analysis");
    cell["settings"] = "probes.n_examples=32";
  }
  write("outputs/s/sweep.json", json.dump());
  EXPECT_EQ(sweep("--config s.yaml probes.n_examples=32").code, 0);
  EXPECT_EQ(calls(), (Texts{"analyze k1", "analyze k2", "analyze k3"}));
  sweep("--config s.yaml probes.n_examples=32");
  EXPECT_EQ(calls(), Texts{});
}

TEST_F(SweepProgram, KeepsGoingAndNamesTheFailuresLogAndError) {
  write("fail_k1", "");
  const End end = sweep("--config s.yaml --no-progress");
  EXPECT_EQ(end.code, 4);
  EXPECT_EQ(end.err,
            "failed   k1  0 s  exit code 3: error: no luck with k1; log: "
            "outputs/s/k1/sweep.log\n");
  EXPECT_TRUE(contains(end.out, "2 of 3 cells done, 1 failed"));
  EXPECT_EQ(calls(), (Texts{"train k1", "train k2", "analyze k2", "train k3", "analyze k3"}));
  EXPECT_EQ(status("k1"), "failed");
  EXPECT_EQ(status("k1", "error"), "exit code 3: error: no luck with k1");
  remove("fail_k1");
  const End again = sweep("--config s.yaml");
  EXPECT_EQ(again.code, 0);
  EXPECT_TRUE(contains(again.err, " info k1  training\n")) << again.err;
  EXPECT_TRUE(contains(again.err, " info k1  analyzing\n")) << again.err;
  EXPECT_FALSE(contains(again.err, "k2")) << again.err;
  EXPECT_EQ(calls(), (Texts{"train k1", "analyze k1"}));
  EXPECT_EQ(status("k1", "error"), "");
}

TEST_F(SweepProgram, FailFastStartsNothingMoreAndStopsTheOthers) {
  write("fail_k2", "");
  write("wait_k1", "");
  const End end = sweep("--config s.yaml --fail-fast --jobs 2");
  EXPECT_EQ(end.code, 1);
  Texts called = calls();
  std::sort(called.begin(), called.begin() + 2);
  EXPECT_EQ(called, (Texts{"train k1", "train k2", "k1 was asked to stop"}));
  EXPECT_EQ(status("k1"), "interrupted");
  EXPECT_EQ(status("k2"), "failed");
  EXPECT_EQ(status("k3"), "waiting");
}

TEST_F(SweepProgram, CtrlCStopsTheCellsAndTheSameCommandGoesOn) {
  write("wait_k2", "");
  const End end =
      sweep("--config s.yaml & until [ -e ready_k2 ]; do sleep 0.02; done; kill -INT $!; wait $!");
  EXPECT_EQ(end.code, 130);
  EXPECT_TRUE(
      contains(end.err, "interrupted; nothing is lost. Run the same command again to continue.\n"))
      << end.err;
  EXPECT_TRUE(contains(end.err, "info k2  training\n")) << end.err;
  const Texts called = calls();
  EXPECT_EQ(called.back(), "k2 was asked to stop");
  EXPECT_EQ(status("k1"), "done");
  EXPECT_EQ(status("k2"), "interrupted");
  EXPECT_EQ(status("k3"), "waiting");
  remove("wait_k2");
  EXPECT_EQ(sweep("--config s.yaml").code, 0);
  EXPECT_EQ(calls(), (Texts{"train k2", "analyze k2", "train k3", "analyze k3"}));
}

TEST_F(SweepProgram, JobsRunAtOnceAndShareTheThreads) {
  write("s.yaml", "base: base.yaml\ngrid: {data.k: [1, 2]}\n");
  write("meet", "");
  const End end = sweep("--config s.yaml --jobs 2");
  EXPECT_EQ(end.code, 0) << end.err;
  const std::string share = " threads=" + std::to_string(std::max(1, allowed_cpus() / 2)) + " ";
  for (const std::string& call : calls(/*whole=*/true)) EXPECT_TRUE(contains(call, share)) << call;
}

TEST_F(SweepProgram, ThreadsAreOfEachCellWhereGiven) {
  sweep("--config s.yaml --jobs 3 --threads 5");
  for (const std::string& call : calls(/*whole=*/true)) {
    EXPECT_TRUE(contains(call, " threads=5 ")) << call;
  }
}

TEST_F(SweepProgram, TrainOnlyAndAnalyzeOnlyDoTheirHalf) {
  EXPECT_EQ(sweep("--config s.yaml --analyze-only").code, 0);
  EXPECT_EQ(calls(), Texts{});
  const End end = sweep("--config s.yaml --train-only");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_TRUE(contains(end.out, "3 of 3 cells done"));
  EXPECT_EQ(calls(), (Texts{"train k1", "train k2", "train k3"}));
  EXPECT_EQ(status("k1"), "trained");
  EXPECT_EQ(sweep("--config s.yaml --analyze-only").code, 0);
  EXPECT_EQ(calls(), (Texts{"analyze k1", "analyze k2", "analyze k3"}));
}

TEST_F(SweepProgram, PrintedCommandsRunAsTheyAre) {
  write("s.yaml", "base: base.yaml\ngrid: {data.vocab_chars: [\"ab 'c$x\"]}\n");
  const End end = sweep("--config s.yaml --print-commands >commands; sh commands");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_FALSE(exists("outputs/s/sweep.json"));
  const Texts called = calls(/*whole=*/true);
  ASSERT_EQ(called.size(), 2u);
  EXPECT_TRUE(contains(called[0], "data.vocab_chars=ab 'c$x")) << called[0];
  EXPECT_EQ(sweep("--config s.yaml").code, 0);
  EXPECT_EQ(calls(), Texts{}) << "the sweep finds what they made";
}

TEST_F(SweepProgram, DryRunSaysWhatWouldBeDoneAndWritesNothing) {
  const End end = sweep("--config s.yaml --dry-run");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_TRUE(contains(end.out, "3 of 3 cells to do: outputs/s\n")) << end.out;
  EXPECT_FALSE(exists("outputs"));
}

TEST_F(SweepProgram, TwoAtOnceInOneFolderAreRefused) {
  write("outputs/s/k1/x", "");
  WorkLock lock(folder_.file("outputs/s") + "/sweep.lock", LockChildren::kHold);
  lock.take("this sweep");
  const End end = sweep("--config s.yaml");
  EXPECT_EQ(end.code, 1);
  EXPECT_TRUE(contains(end.err, "is running this sweep")) << end.err;
}

TEST_F(SweepProgram, TheFolderOfARunIsNoSweeps) {
  write("outputs/s/run.json", "{}");
  const End end = sweep("--config s.yaml");
  EXPECT_EQ(end.code, 2);
  EXPECT_TRUE(contains(end.err, "folder of a run, not of a sweep")) << end.err;
}

TEST_F(SweepProgram, ADamagedManifestIsNamed) {
  write("outputs/s/sweep.json", "{\"format\": ");
  const End end = sweep("--config s.yaml");
  EXPECT_EQ(end.code, 3);
  EXPECT_TRUE(contains(end.err, "outputs/s/sweep.json")) << end.err;
}

TEST_F(SweepProgram, ProbesRunsThatAreThere) {
  write("outputs/a/run.json", "{}");
  write("outputs/without_z/run.json", "{}");
  write("p.yaml",
        "probe: lens\nruns: [a, without_z]\ngrid: {probes.lens.positions: [query, all]}\n");
  const End end = sweep("--config p.yaml");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_EQ(calls().size(), 4u);
  EXPECT_TRUE(exists("outputs/a/probes/lens/p_all.h5"));
  EXPECT_EQ(status("a_all", "record", "p"), "../a/probes/lens/p_all.h5");
  EXPECT_EQ(status("without_z_all", "record", "p"), "");
  EXPECT_TRUE(contains(end.out, "lens is left out of without_z: no selector")) << end.out;
  sweep("--config p.yaml");
  EXPECT_EQ(calls(), Texts{});
  remove("outputs/a/probes/lens/p_all.h5");
  sweep("--config p.yaml");
  EXPECT_EQ(calls(), Texts{"probe_lens a"});
}

TEST_F(SweepProgram, AProbeWithOtherSettingsUnderOneLabelIsRefused) {
  write("outputs/a/run.json", "{}");
  write("p.yaml", "probe: lens\nruns: [a]\n");
  EXPECT_EQ(sweep("--config p.yaml").code, 0);
  const End end = sweep("--config p.yaml probes.n_examples=7");
  EXPECT_EQ(end.code, 2);
  EXPECT_TRUE(contains(end.err, "outputs/a/probes/lens/p.h5")) << end.err;
}

TEST_F(SweepProgram, ARunThatIsNotThereIsNamedBeforeAnythingStarts) {
  write("outputs/a/run.json", "{}");
  write("p.yaml", "probe: lens\nruns: [a, b]\n");
  const End end = sweep("--config p.yaml");
  EXPECT_EQ(end.code, 3);
  EXPECT_TRUE(contains(end.err, "outputs/b")) << end.err;
  EXPECT_EQ(calls(), Texts{});
}

}  // namespace
}  // namespace kairo
