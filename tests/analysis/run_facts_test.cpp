#include "analysis/run_facts.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analysis/report/report.h"
#include "analysis/report/sections.h"
#include "analysis/run_config.h"
#include "analysis/task_analysis.h"
#include "core/config/config_file.h"
#include "core/files/atomic_file.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/analysis/figure_folder.h"
#include "tests/analysis/made_report.h"
#include "tests/analysis/python_check.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

constexpr const char* kFinished = R"({"version": "0.1.0+3f2a91c0d4e5", "git_commit": "3f2a91c0d4e5",
  "threads": 2, "cpu": "a processor", "instruction_set": "AVX2", "device": "cpu",
  "machines": [{"from_step": 0}], "start": "2030-01-31T23:58:00Z", "end": "2030-02-01T00:05:28Z",
  "status": "finished", "steps": 1500, "stopped": "solved", "resumed_from": [184]})";

// As train writes it, with seed 3 and K 5 of 12 bases.
void write_config(const std::string& file) {
  RunOptions config;
  config.experiment.seed = 3;
  config.data.as<DisambiguationOptions>().k = 5;
  config.data.as<DisambiguationOptions>().n_unique_b = 12;
  OutputOptions output;
  ConfigBinder binder;
  binder.bind(config.sections());
  binder.bind("output", output);
  write_file_atomically(file, binder.to_yaml(false));
}

std::string value_of_fact(const RunFacts& facts, const std::string& name) {
  const Section section = run_section(facts);
  for (const auto& row : std::get<Table>(section.blocks.front()).rows) {
    if (row[0].text == name) return row[1].text;
  }
  return "";
}

// bug: a report apart from its run linked to a config.yaml beside itself, which was not there
TEST(RunFacts, LinkToTheRunsConfigFromWhereTheReportIs) {
  const FigureFolder folder;
  create_folder(folder.file("my runs"));
  create_folder(folder.file("my runs/run"));
  write_config(folder.file("my runs/run/config.yaml"));
  create_folder(folder.file("mine"));
  create_folder(folder.file("mine/run"));
  const RunDirectory run(folder.file("my runs"), "run", folder.file("mine"));
  const RunFacts facts = read_run_facts(run, 40);
  EXPECT_EQ(facts.config, "../../my runs/run/config.yaml");
  const Section section = run_section(facts);
  const auto& row = std::get<Table>(section.blocks.front()).rows.back();
  EXPECT_EQ(row[1].link, "../../my%20runs/run/config.yaml");
}

// No report said how its run was made: model, learning rate, seed, why it stopped, how long it
// took.
TEST(RunFacts, SayHowTheRunWasMade) {
  const FigureFolder folder;
  create_folder(folder.file("run"));
  write_config(folder.file("run/config.yaml"));
  const RunDirectory run(folder.path(), "run");
  write_file_atomically(run.run_file(), kFinished);
  const RunFacts facts = read_run_facts(run, 40, analysis_of(made::kTask).words);
  EXPECT_EQ(value_of_fact(facts, "seed"), "3");
  EXPECT_EQ(value_of_fact(facts, "batch size"), "128");
  EXPECT_EQ(value_of_fact(facts, "data"), "K = 5, 12 bases");
  EXPECT_EQ(value_of_fact(facts, "steps done"), "1500 of at most 20000");
  EXPECT_EQ(value_of_fact(facts, "why it stopped"),
            "solved: accuracy at three evaluations in a row");
  EXPECT_EQ(value_of_fact(facts, "wall time of training"),
            "7 min 28 s, with the pauses (interrupted and resumed 1 time)");
  EXPECT_EQ(value_of_fact(facts, "machine"), "a processor, AVX2, 2 threads");
  EXPECT_EQ(value_of_fact(facts, "Kairoscope"), "0.1.0, commit 3f2a91c0d4e5");
  EXPECT_EQ(value_of_fact(facts, "every setting"), "config.yaml");
  EXPECT_EQ(value_of_fact(facts, "model").rfind("4 layers, 4 heads, d_model 128; ", 0), 0U);
}

TEST(RunFacts, StandInReportJsonAsTheSchemaHasThem) {
  const FigureFolder folder;
  RunData run = made::run();
  run.facts.has_config = run.facts.has_record = true;
  run.facts.status = "interrupted";
  run.facts.wall_seconds = 90;
  const std::string text = report_json(run, made::found(), {});
  const std::string file = folder.file("report.json");
  write_file_atomically(file, text);
  const Verdict verdict = schema_says(file);
  EXPECT_TRUE(verdict.is_good) << verdict.words;
  const auto json = nlohmann::json::parse(text).at("run");
  EXPECT_EQ(json.at("outcome").at("wall_seconds"), 90);
  EXPECT_EQ(json.at("outcome").at("why_stopped"), "interrupted by the user or the system");
  EXPECT_EQ(json.at("version"), nullptr);
}

TEST(RunFacts, AreLeftOutWhereNoFileHasThem) {
  const FigureFolder folder;
  const RunFacts facts = read_run_facts(RunDirectory(folder.path(), "none"), 40);
  EXPECT_TRUE(run_section(facts).title.empty());
}

TEST(RunFacts, SayWhyTheRunStopped) {
  RunFacts facts;
  facts.status = "finished";
  EXPECT_EQ(why_stopped(facts), "reached training.max_steps");
  facts.stopped = "solved";
  facts.stop_when_solved = 0.98;
  EXPECT_EQ(why_stopped(facts), "solved: accuracy above 0.98 at three evaluations in a row");
  facts.status = "running";
  EXPECT_EQ(why_stopped(facts), "not known: still training, or killed without a word");
}

TEST(RunFacts, WriteDurationsForPeople) {
  EXPECT_EQ(duration_words(59), "59 s");
  EXPECT_EQ(duration_words(448), "7 min 28 s");
  EXPECT_EQ(duration_words(3 * 3600 + 120), "3 h 2 min");
}

}  // namespace
}  // namespace kairo
