// What is said to Slurm and read from it. The real thing: tests/programs/sweep/on_slurm.sh.
#include <gtest/gtest.h>

#include "core/files/atomic_file.h"
#include "programs/sweep/slurm_queue.h"
#include "programs/sweep/slurm_script.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

TEST(SlurmQueue, TellsWaitingRunningAndFinishedTasksApart) {
  const TaskStates states = task_states(
      "12_0|RUNNING\n12_1|PENDING\n12_2|COMPLETED\n13|COMPLETING\nslurm_load_jobs error\n12_3|"
      "CANCELLED\n12_4|CONFIGURING\n");
  const TaskStates expected = {{"12_0", TaskState::kRunning},
                               {"12_1", TaskState::kWaiting},
                               {"13", TaskState::kRunning},
                               {"12_4", TaskState::kWaiting}};
  EXPECT_EQ(states, expected);
  EXPECT_TRUE(task_states("").empty());
}

// A task that Slurm had put back into the queue counted as one that runs.
TEST(SlurmQueue, RequeuedTasksWait) {
  const TaskStates states =
      task_states("7_0|REQUEUED\n7_1|REQUEUE_HOLD\n7_2|SPECIAL_EXIT\n7_3|REQUEUE_FED\n");
  ASSERT_EQ(states.size(), 4u);
  for (const auto& [task, state] : states) EXPECT_EQ(state, TaskState::kWaiting) << task;
}

TEST(SlurmQueue, ReadsTheLimitOnArrays) {
  EXPECT_EQ(most_array_tasks_in("MaxArraySize            = 501\nMaxJobCount = 10000\n"), 501u);
  EXPECT_EQ(most_array_tasks_in(""), 1000u);
  EXPECT_EQ(most_array_tasks_in("MaxArraySize = (null)\n"), 1000u);
}

TEST(SlurmQueue, SubmitsOneArrayWithTheUsersOptionsBeforeTheScript) {
  Submission submission;
  submission.script = "outputs/s/sweep.sbatch";
  submission.name = "s";
  submission.n_tasks = 6;
  submission.at_once = 2;
  submission.output = "outputs/s/sweep.slurm/%A_%a.log";
  submission.options = {"--mem=4G"};
  const Command command = sbatch_command("sbatch", submission);
  EXPECT_EQ(command[3], "--array=0-5%2");
  EXPECT_EQ(command[command.size() - 2], "--mem=4G");
  EXPECT_EQ(command.back(), "outputs/s/sweep.sbatch");
  submission.at_once = 0;
  EXPECT_EQ(sbatch_command("sbatch", submission)[3], "--array=0-5");
}

class SlurmScript : public testing::Test {
 protected:
  // Two cells; the second has two commands, of which the first ends with `code`.
  SlurmScript() {
    sweep_.base_dir = folder_.path();
    sweep_.file.name = "s s";  // a space, to be quoted
    sweep_.cells.resize(2);
    sweep_.cells[0].name = "a";
    sweep_.cells[1].name = "b";
    for (const SweepCell& cell : sweep_.cells) create_folder(sweep_.cell_folder(cell));
  }
  void run(int task, int code) {
    const std::vector<CellJob> jobs = {
        {0, {{"echo", "first $HOME"}}},
        {1, {{"sh", "-c", "echo b; exit " + std::to_string(code)}, {"echo", "after"}}}};
    write_file_atomically(folder_.file("script"), slurm_script(sweep_, jobs));
    output_of(
        {"env", "SLURM_ARRAY_TASK_ID=" + std::to_string(task), "bash", folder_.file("script")});
  }
  std::string end_of(int cell) {
    return read_file(sweep_.cell_folder(sweep_.cells[cell]) + "/" + kTaskEndFile);
  }
  std::string log_of(int cell) { return read_file(sweep_.log(sweep_.cells[cell])); }

  TemporaryFolder folder_;
  Sweep sweep_;
};

TEST_F(SlurmScript, ATaskRunsItsCellAloneAndLeavesItsExitCode) {
  run(0, 0);
  EXPECT_EQ(log_of(0), "$ echo 'first $HOME'\nfirst $HOME\n");
  EXPECT_EQ(end_of(0).substr(0, 2), "0 ");
  EXPECT_FALSE(std::filesystem::exists(sweep_.log(sweep_.cells[1])));
}

TEST_F(SlurmScript, ACommandRunsOnlyIfTheOneBeforeEndedWell) {
  run(1, 5);
  EXPECT_EQ(log_of(1), "$ sh -c 'echo b; exit 5'\nb\n");
  EXPECT_EQ(end_of(1).substr(0, 2), "5 ");
  run(1, 0);
  EXPECT_TRUE(contains(log_of(1), "$ echo after\nafter\n"));
  EXPECT_EQ(end_of(1).substr(0, 2), "0 ");
}

// Slurm signalled the script, bash ended, and Slurm killed the program before it had saved.
TEST_F(SlurmScript, ASignalReachesTheProgramAndIsWaitedFor) {
  const std::string ready = folder_.file("ready");
  const std::string program = "trap 'sleep 0.3; echo saved; exit 130' TERM; touch " + ready +
                              "; while true; do sleep 0.05; done";
  const std::vector<CellJob> jobs = {{0, {{"bash", "-c", program}, {"echo", "after"}}}};
  write_file_atomically(folder_.file("script"), slurm_script(sweep_, jobs));
  output_of({"bash", "-c",
             "SLURM_ARRAY_TASK_ID=0 bash " + folder_.file("script") +
                 " & for i in $(seq 600); do [ -e " + ready +
                 " ] && break; sleep 0.05; done; kill -USR1 $!; wait $!"});
  EXPECT_TRUE(contains(log_of(0), "saved\n")) << log_of(0);
  EXPECT_FALSE(contains(log_of(0), "after")) << log_of(0);
  EXPECT_EQ(end_of(0).substr(0, 4), "130 ");
}

}  // namespace
}  // namespace kairo
