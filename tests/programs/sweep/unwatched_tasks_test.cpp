// Tasks at Slurm that nobody watched: what has ended is gathered, what is in the queue is found,
// nothing is done twice. With a Slurm that takes no time and does only what a test says.
#include "tests/programs/sweep/fake_programs.h"

namespace kairo {
namespace {

using Texts = std::vector<std::string>;

constexpr int kTaskKilled = 128 + 9;  // as a shell counts it

// `queue`: the lines of squeue. `die_before` and `die_after` in the folder kill who submits.
const char* const kFakeSbatch = R"sh(#!/bin/bash
here=$(cd "$(dirname "$0")/.." && pwd)
for each; do
  case "$each" in
    --job-name=*) name=${each#*=} ;;
    --array=0-*) last=${each#--array=0-} ;;
  esac
done
[ -e "$here/die_before" ] && kill -9 $PPID && exit 1
echo "$name" >>"$here/arrays"
number=$((100 + $(wc -l <"$here/arrays")))
for i in $(seq 0 "${last%%%*}"); do echo "${number}_$i|PENDING"; done >>"$here/queue"
cp "${@: -1}" "$here/script"
[ -e "$here/die_after" ] && kill -9 $PPID
echo $number
)sh";
const char* const kFakeSqueue = R"sh(#!/bin/bash
here=$(cd "$(dirname "$0")/.." && pwd)
[ -e "$here/queue" ] || exit 0
for each; do
  case "$each" in
    --name=*) grep -qx "${each#*=}" "$here/arrays" && sed 's/_.*//' "$here/queue"; exit 0 ;;
  esac
done
cat "$here/queue"
)sh";

class UnwatchedTasks : public FakePrograms {
 protected:
  UnwatchedTasks() {
    script("sbatch", kFakeSbatch);
    script("squeue", kFakeSqueue);
    script("scancel", "#!/bin/sh\nexit 0\n");
  }

  // Ends the sweep where it waits for a task that it would not have to wait for.
  End sweep_within_a_minute(const std::string& arguments) const {
    return sweep(arguments, "timeout 60");
  }
  // Leaves its tasks in the queue as soon as it has written down their numbers.
  void submit_and_leave(const std::string& arguments, const std::string& name = "s") const {
    const std::string is_submitted =
        "grep -qs 'slurm_task.*10[0-9]_' outputs/" + name + "/sweep.json";
    const End end = sweep(arguments + " --engine slurm & for i in $(seq 3000); do " + is_submitted +
                          " && break; sleep 0.02; done; kill -INT $!; wait $!");
    ASSERT_EQ(end.code, 130) << end.err;
  }
  // What Slurm does meanwhile: all tasks of the last array.
  void run_tasks(std::size_t n) const {
    for (std::size_t i = 0; i < n; ++i) {
      const std::string command = "cd '" + folder_.path() +
                                  "' && SLURM_ARRAY_TASK_ID=" + std::to_string(i) + " bash script";
      [[maybe_unused]] const int its_own = std::system(command.c_str());
    }
    remove("queue");
  }
  std::size_t submissions() const {
    if (!exists("arrays")) return 0;
    const std::string lines = read_file(folder_.file("arrays"));
    return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
  }
  // Gathers after Slurm has ended the task of k3, which it says in a log of its own: k3 has failed
  // in Slurm's words, and nothing is submitted again.
  End sweep_after_time_limit() const {
    write("outputs/s/sweep.slurm/101_2.log",
          "slurmstepd: error: *** JOB 103 ON host CANCELLED DUE TO TIME LIMIT ***\n");
    End end = sweep_within_a_minute("--config s.yaml --engine slurm --poll 1");
    EXPECT_EQ(end.code, 4) << end.out;
    EXPECT_TRUE(contains(end.err, "failed   k3") && contains(end.err, "DUE TO TIME LIMIT"))
        << end.err;
    EXPECT_EQ(submissions(), 1u);
    return end;
  }
};

// They were forgotten: cells with probe settings were analyzed again, failures tried again unsaid.
TEST_F(UnwatchedTasks, AreGatheredWithTheirFailures) {
  submit_and_leave("--config s.yaml probes.n_examples=64");
  write("fail_k2", "");
  run_tasks(3);
  EXPECT_EQ(calls(), (Texts{"train k1", "analyze k1", "train k2", "train k3", "analyze k3"}));
  remove("fail_k2");
  const End end = sweep_within_a_minute("--config s.yaml --engine slurm probes.n_examples=64");
  EXPECT_EQ(end.code, 4) << end.out << end.err;
  EXPECT_EQ(end.err.rfind("failed   k2  ", 0), 0u) << end.err;
  EXPECT_TRUE(contains(end.err, " s  exit code 3: error: no luck with k2; log: outputs/s/k2/"))
      << end.err;
  EXPECT_TRUE(contains(end.out, "done     k1  ") && contains(end.out, "z gap > 0.5 nats at 1350"))
      << end.out;
  EXPECT_EQ(calls(), Texts{});
  EXPECT_EQ(submissions(), 1u);
  EXPECT_EQ(status("k2"), "failed");
  EXPECT_EQ(status("k3"), "done");
  EXPECT_EQ(sweep("--config s.yaml probes.n_examples=64").code, 0);
  EXPECT_EQ(calls(), (Texts{"train k2", "analyze k2"})) << "the next time it is tried again";
}

// A task that was preempted leaves its exit code and goes back into the queue: it was a failure.
TEST_F(UnwatchedTasks, ThatWereRequeuedAreNoFailures) {
  submit_and_leave("--config s.yaml");
  run_tasks(3);
  calls();
  write("queue", "101_1|REQUEUED\n");
  write("outputs/s/k2/sweep.end", "130 4\n");
  write("outputs/s/k2/run.json", R"({"status": "interrupted"})");
  const End end = sweep("--config s.yaml --engine slurm --poll 1",
                        "(sleep 3; SLURM_ARRAY_TASK_ID=1 bash script; rm queue) & timeout 60");
  EXPECT_EQ(end.code, 0) << end.out << end.err;
  EXPECT_EQ(calls(), (Texts{"train k2", "analyze k2"}));
  EXPECT_EQ(status("k2"), "done");
  EXPECT_EQ(submissions(), 1u);
}

// Over MaxArraySize nothing was submitted: "Invalid job array specification".
TEST_F(UnwatchedTasks, OfMoreCellsThanAnArrayMayHaveAreSubmittedInParts) {
  script("scontrol", "#!/bin/sh\necho 'MaxArraySize            = 2'\n");
  const End end = sweep("--config s.yaml --engine slurm & sleep 3; kill -INT $!; wait $!");
  EXPECT_EQ(end.code, 130) << end.err;
  EXPECT_EQ(submissions(), 2u);
  EXPECT_EQ(status("k1", "slurm_task"), "101_0");
  EXPECT_EQ(status("k2", "slurm_task"), "101_1");
  EXPECT_EQ(status("k3", "slurm_task"), "102_0");
}

// A record says nothing of who made it: cells of probes always ran again.
TEST_F(UnwatchedTasks, OfAProbeAreGathered) {
  write("outputs/a/run.json", "{}");
  write("outputs/without_z/run.json", "{}");
  write("p.yaml", "probe: lens\nruns: [a, without_z]\n");
  submit_and_leave("--config p.yaml", "p");
  run_tasks(2);
  EXPECT_EQ(calls().size(), 2u);
  const End end = sweep_within_a_minute("--config p.yaml --engine slurm");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_TRUE(contains(end.out, "2 of 2 cells done")) << end.out;
  EXPECT_EQ(calls(), Texts{});
  EXPECT_EQ(status("without_z", "record", "p"), "");
  EXPECT_EQ(submissions(), 1u);
}

// The number of the job was lost with the process, and its cells were submitted again.
TEST_F(UnwatchedTasks, AreFoundByNameWhereTheNumberWasLost) {
  write("die_after", "");
  EXPECT_EQ(sweep("--config s.yaml --engine slurm").code, kTaskKilled);
  EXPECT_EQ(status("k1", "slurm_task").rfind("s.", 0), 0u) << status("k1", "slurm_task");
  submit_and_leave("--config s.yaml");
  EXPECT_EQ(status("k1", "slurm_task"), "101_0");
  EXPECT_EQ(submissions(), 1u);
  run_tasks(3);
  EXPECT_EQ(calls().size(), 6u);
  EXPECT_EQ(sweep_within_a_minute("--config s.yaml --engine slurm").code, 0);
  EXPECT_EQ(calls(), Texts{});
  EXPECT_EQ(submissions(), 1u);
}

TEST_F(UnwatchedTasks, AreGatheredWhereTheNumberWasLostAndTheyHaveEnded) {
  write("die_after", "");
  EXPECT_EQ(sweep("--config s.yaml --engine slurm probes.n_examples=64").code, kTaskKilled);
  run_tasks(3);
  calls();
  EXPECT_EQ(sweep_within_a_minute("--config s.yaml --engine slurm probes.n_examples=64").code, 0);
  EXPECT_EQ(calls(), Texts{});
  EXPECT_EQ(submissions(), 1u);
}

TEST_F(UnwatchedTasks, ThatWereNeverSubmittedAreSubmitted) {
  write("die_before", "");
  EXPECT_EQ(sweep("--config s.yaml --engine slurm").code, kTaskKilled);
  EXPECT_EQ(submissions(), 0u);
  remove("die_before");
  submit_and_leave("--config s.yaml");
  EXPECT_EQ(submissions(), 1u);
}

TEST_F(UnwatchedTasks, ThatEndedWithoutAWordAreFailuresInSlurmsWords) {
  submit_and_leave("--config s.yaml");
  run_tasks(2);
  const End end = sweep_after_time_limit();
  EXPECT_TRUE(contains(end.out, "2 of 3 cells done, 1 failed")) << end.out;
}

// The script waits until a program that was told to stop has saved, so that there is an exit code.
// The reason given was the last line of the cell's log: the command that continues it.
TEST_F(UnwatchedTasks, ThatWereToldToStopAreFailuresInSlurmsWords) {
  submit_and_leave("--config s.yaml");
  run_tasks(2);
  write("outputs/s/k3/sweep.end", "130 60\n");
  write("outputs/s/k3/sweep.log", "interrupted; nothing is lost. To continue:\n  bin/train\n");
  const End end = sweep_after_time_limit();
  EXPECT_FALSE(contains(end.err, "bin/train")) << end.err;
  const End again = sweep("--config s.yaml");
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(status("k3"), "done");
}

// What they were to do was taken from the command that gathered: "its results are not there".
TEST_F(UnwatchedTasks, ThatTrainedAloneAreAnalyzed) {
  submit_and_leave("--config s.yaml --train-only");
  run_tasks(3);
  calls();
  const End end = sweep("--config s.yaml");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_EQ(calls(), (Texts{"analyze k1", "analyze k2", "analyze k3"}));
}

TEST_F(UnwatchedTasks, AreInThePlanWhichWritesNothing) {
  submit_and_leave("--config s.yaml");
  const End here = sweep("--config s.yaml --dry-run");
  EXPECT_EQ(here.code, 2) << "as without --dry-run: " << here.out;
  EXPECT_TRUE(contains(here.err, "Slurm still works on a cell")) << here.err;
  const End before = sweep("--config s.yaml --engine slurm --dry-run");
  EXPECT_EQ(before.code, 0) << before.err;
  EXPECT_TRUE(contains(before.out, "queued") && contains(before.out, "0 of 3 cells to do"))
      << before.out;
  write("fail_k2", "");
  run_tasks(3);
  const std::string manifest = read_file(folder_.file("outputs/s/sweep.json"));
  const End end = sweep("--config s.yaml --dry-run");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_TRUE(contains(end.out, "failed") && contains(end.out, "0 of 3 cells to do")) << end.out;
  EXPECT_EQ(read_file(folder_.file("outputs/s/sweep.json")), manifest);
}

TEST_F(UnwatchedTasks, ThatFailedStopAtOnceWhereThatIsAskedFor) {
  submit_and_leave("--config s.yaml");
  write("fail_k2", "");
  run_tasks(3);
  write("s.yaml", "base: base.yaml\ngrid: {data.k: [1, 2, 3, 4]}\n");
  const End end = sweep_within_a_minute("--config s.yaml --engine slurm --fail-fast");
  EXPECT_EQ(end.code, 1) << end.out;
  EXPECT_EQ(submissions(), 1u);
  EXPECT_EQ(status("k4"), "waiting");
}

TEST_F(UnwatchedTasks, OfOtherSettingsAreNotGatheredAsThese) {
  submit_and_leave("--config s.yaml");
  const End end = sweep_within_a_minute("--config s.yaml --engine slurm data.n_unique_b=7");
  EXPECT_EQ(end.code, 2) << end.out;
  EXPECT_TRUE(contains(end.err, "101_0") && contains(end.err, "changed since")) << end.err;
}

// They were forgotten, and the next command submitted their cells a second time.
TEST_F(UnwatchedTasks, OutliveACommandWithoutTheirCells) {
  write("s.yaml", "base: base.yaml\nseeds: [0, 1]\n");
  submit_and_leave("--config s.yaml");
  EXPECT_EQ(sweep("--config s.yaml --seeds 2").code, 0) << "other cells are free to be run here";
  EXPECT_EQ(calls(), (Texts{"train seed2", "analyze seed2"}));
  const End here = sweep("--config s.yaml --seeds 0,1,2");
  EXPECT_EQ(here.code, 2) << here.out;
  EXPECT_TRUE(contains(here.err, "Slurm still works on a cell") && contains(here.err, "101_0"))
      << here.err;
  const End plan = sweep("--config s.yaml --engine slurm --seeds 0,1,2 --dry-run");
  EXPECT_TRUE(contains(plan.out, "0 of 3 cells to do")) << plan.out;
  run_tasks(2);
  EXPECT_EQ(calls().size(), 4u);
  const End end = sweep_within_a_minute("--config s.yaml --engine slurm --seeds 0,1,2");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_TRUE(contains(end.out, "3 of 3 cells done")) << end.out;
  EXPECT_EQ(calls(), Texts{});
  EXPECT_EQ(status("seed1", "slurm_task"), "");
  EXPECT_EQ(submissions(), 1u);
}

TEST_F(UnwatchedTasks, NeedTheNamesThatTheSweepGives) {
  const End end = sweep("--config s.yaml --engine slurm --slurm-option job-name=mine");
  EXPECT_EQ(end.code, 2);
  EXPECT_TRUE(contains(end.err, "job-name")) << end.err;
  EXPECT_EQ(submissions(), 0u);
}

}  // namespace
}  // namespace kairo
