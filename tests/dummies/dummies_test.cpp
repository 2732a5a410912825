// One of each kind that a user adds: a study, a model family, an optimiser, a probe, a figure. Each
// is one file (pair) of tests/dummies and one line of this file's add_all; then they are trained,
// measured, timed, reported and drawn like the house's own.
#include <gtest/gtest.h>

#include "analysis/figures/figure.h"
#include "analysis/findings.h"
#include "analysis/report/report.h"
#include "core/config/config_file.h"
#include "probes/registry.h"
#include "probes/replay/replay.h"
#include "studies/studies.h"
#include "tests/analysis/figure_folder.h"
#include "tests/dummies/bigram.h"
#include "tests/dummies/optimizer.h"
#include "tests/dummies/probe.h"
#include "tests/dummies/study.h"
#include "tests/training/tiny_run.h"

namespace kairo {
namespace {

void add_all() {
  static bool is_done = false;
  if (is_done) return;
  is_done = true;
  open_study(dummies::echo_study());
  dummies::add_bigram_family();
  add_optimizer({"sign", dummies::make_sign});
  add_probe(dummies::make_echo_probe);
}

RunOptions echo_run() {
  add_all();
  RunOptions options;
  options.experiment.name = "echo";
  options.task.name = "echo";
  options.data = DataSection("echo");
  options.model = ModelSection(dummies::BigramOptions());
  options.training.optimizer = "sign";
  options.training.learning_rate = 0.02;
  options.training.batch_size = 6;
  options.training.warmup_steps = 1;
  options.training.max_steps = 60;
  options.training.eval_every = 10;
  options.training.eval_examples = 6;
  options.training.checkpoint_every = 2;
  return options;
}

void measure(const RunDirectory& run) {
  const auto probes = make_probes();
  ProbesOptions options;
  options.n_examples = 6;
  const auto points = select_steps(find_checkpoints(run.checkpoints()), "");
  replay(run, {&find_probe(probes, "echo"), &find_probe(probes, "performance")}, options, points,
         {});
}

TEST(Dummies, AreTrainedMeasuredTimedAndDrawn) {
  TinyRun run(echo_run());
  ASSERT_EQ(run.train(), TrainingEnd::kFinished);
  EXPECT_EQ(run.checkpoint(60).optimizer.name, "sign");
  measure(run.directory());
  const RunData data =
      load_run(run.directory(), "default", {"echo", "performance"}, TransitionsOptions(), 2);
  const Findings found = find_all(data);
  ASSERT_EQ(found.transitions.size(), 1U);
  EXPECT_EQ(found.transitions[0].event.title, "echo > 0.5");
  EXPECT_EQ(found.transitions[0].crossing.status, EventStatus::kConfirmed)
      << describe(found.transitions[0]);
  std::vector<std::string> series;
  for (const SeriesFinding& each : found.series) series.push_back(each.series.name);
  // No table names it: the probe says itself how it is timed.
  EXPECT_NE(std::find(series.begin(), series.end(), "echo"), series.end());
  const FigureFolder folder;
  const auto figures = draw_figures({data, found.transitions}, folder.path(), {"echo"});
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_EQ(figures[0].left_out, "");
  EXPECT_TRUE(folder.has("echo.png"));
  EXPECT_NE(report_json(data, found, figures).find("echo_learnt"), std::string::npos);
}

// The general figures of a task without words of its own.
TEST(Dummies, HaveADashboardToo) {
  TinyRun run(echo_run());
  run.train();
  measure(run.directory());
  const RunData data =
      load_run(run.directory(), "default", {"echo", "performance"}, TransitionsOptions(), 2);
  const FigureFolder folder;
  for (const FigureResult& each : draw_figures({data, find_transitions(data)}, folder.path(), {})) {
    if (each.name == "dashboard" || each.name == "training_curves") {
      EXPECT_EQ(each.left_out, "") << each.name;
    }
  }
}

TEST(Dummies, AreKeysOfTheConfiguration) {
  add_all();
  RunOptions options;
  ConfigBinder binder;
  for (const auto& [section, each] : options.sections()) binder.bind(section, *each);
  binder.load("", {"task.name=echo", "data.n_letters=4", "training.optimizer=sign"});
  EXPECT_EQ(make_dataset(task_request(options))->info().n_examples, 4);
}

}  // namespace
}  // namespace kairo
