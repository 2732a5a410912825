#include "analysis/report/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "analysis/final_values.h"
#include "core/files/atomic_file.h"
#include "tests/analysis/figure_folder.h"
#include "tests/analysis/made_report.h"
#include "tests/analysis/made_run.h"
#include "tests/analysis/python_check.h"
#include "tests/paths.h"

namespace kairo {
namespace {

using Json = nlohmann::json;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string report_of(const RunData& run, made::Task task = made::Task::kBzToA) {
  return report_json(run, made::found(task), made::figures());
}

// Of docs/report.schema.json.
class ReportSchema : public testing::Test {
 protected:
  bool is_valid(const std::string& report) {
    const std::string file = folder_.file("report.json");
    write_file_atomically(file, report);
    const Verdict verdict = schema_says(file);
    said_ = verdict.words;
    return verdict.is_good;
  }

  FigureFolder folder_;
  std::string said_;
};

TEST_F(ReportSchema, AcceptsTheReportOfEveryKindOfRun) {
  for (made::Task task : {made::Task::kBzToA, made::Task::kOneSelector, made::Task::kBToA}) {
    made::RunOptions options;
    options.task = task;
    const RunData run = made::run(options);
    EXPECT_TRUE(is_valid(report_of(run, task))) << run.task << ": " << said_;
  }
  EXPECT_TRUE(is_valid(report_json(RunData{}, find_all(RunData{}), made::figures()))) << said_;
}

TEST_F(ReportSchema, AcceptsCensoredUnconfirmedAndMissingEvents) {
  Transition censored = made::confirmed("it happened");
  censored.high = kInfinity;
  censored.share_never = 0.1;
  Transition unconfirmed = made::confirmed("it happened");
  unconfirmed.crossing.status = EventStatus::kUnconfirmed;
  unconfirmed.crossing.after = -1;
  Transition none;
  none.event.series = "a/b";
  Transition left_out = none;
  left_out.left_out = "K = 1";
  const RunData run = made::run();
  EXPECT_TRUE(is_valid(report_json(run, made::events({censored, unconfirmed, none, left_out}), {})))
      << said_;
}

TEST_F(ReportSchema, AcceptsEveryStateOfASeriesAndOfAnOrder) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  RunData run = made::run();
  run.records["undefined"] = made::record_of("undefined", "x", {0, 10}, {{1, 3}, {nan, nan}});
  const std::string text = report_json(run, made::every_state(), {});
  EXPECT_TRUE(is_valid(text)) << said_;
  const Json report = Json::parse(text);
  const Json& rise = report["series"][0]["rise"];
  EXPECT_EQ(rise["times"][0]["status"], "unconfirmed");
  EXPECT_EQ(rise["times"][0]["interval"], (Json{{"low", 100}, {"high", nullptr}}));
  EXPECT_EQ(rise["times"][2]["step"], nullptr);
  EXPECT_EQ(report["series"][1]["sharpness"]["status"], "unresolved");
  EXPECT_EQ(report["series"][1]["change_point"]["status"], "found");
  const Json& set = report["series"][1]["change_point"]["profile_set"];
  EXPECT_EQ(set["confidence"], run.transitions.confidence);
  EXPECT_NE(set["kind"].get<std::string>().find("neither over examples nor over seeds"),
            std::string::npos);
  EXPECT_EQ(report["series"][0]["steps"]["ranges"],
            (Json{{{"first", 0}, {"last", 300}, {"every", 100}}}));
  EXPECT_EQ(report["series"][2]["sharpness"]["status"], "no_fit");
  EXPECT_EQ(report["series"][2]["change_point"]["status"], "left_out");
  EXPECT_EQ(report["order"]["pairs"][0]["at"][2]["gap"], nullptr);
}

TEST_F(ReportSchema, RequiresEveryFieldOfAReport) {
  const Json report = Json::parse(report_json(RunData{}, {}, {}));
  const Json schema = Json::parse(read_file(source_dir() + "/docs/report.schema.json"));
  for (const auto& [name, value] : report.items()) {
    const Json& required = schema["required"];
    EXPECT_NE(std::find(required.begin(), required.end(), name), required.end()) << name;
  }
  Json lacking = report;
  lacking.erase("uncertainty");
  EXPECT_FALSE(is_valid(lacking.dump()));
  EXPECT_NE(said_.find("'uncertainty' is a required property"), std::string::npos) << said_;
}

TEST_F(ReportSchema, RefusesAReportThatLacksOrContradicts) {
  const Json good = Json::parse(report_of(made::run()));
  ASSERT_TRUE(is_valid(good.dump())) << said_;
  Json lacking = good;
  lacking["transitions"][0].erase("interval");
  EXPECT_FALSE(is_valid(lacking.dump()));
  Json without_n = good;
  without_n["series"][0].erase("n_examples");
  EXPECT_FALSE(is_valid(without_n.dump()));
  Json without_steps = good;
  without_steps["series"][0]["steps"].erase("ranges");
  EXPECT_FALSE(is_valid(without_steps.dump()));
  Json contradicting = good;
  contradicting["transitions"][0]["status"] = "none";  // with a step
  EXPECT_FALSE(is_valid(contradicting.dump()));
  Json extra = good;
  extra["surprise"] = 1;
  EXPECT_FALSE(is_valid(extra.dump()));
  Json newer = good;
  newer["report_version"] = kReportVersion + 1;
  EXPECT_FALSE(is_valid(newer.dump()));
}

TEST(ReportJson, HoldsWhatTheTransitionsSay) {
  const RunData run = made::run();
  const std::vector<Transition> transitions = find_transitions(run);
  const Json report = Json::parse(report_json(run, made::events(transitions), made::figures()));
  ASSERT_EQ(report["transitions"].size(), transitions.size());
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Json& t = report["transitions"][i];
    EXPECT_EQ(t["name"], transitions[i].event.name);
    EXPECT_EQ(t["step"], transitions[i].crossing.step);
    EXPECT_EQ(t["after"], transitions[i].crossing.after);
    EXPECT_EQ(t["interval"]["low"], transitions[i].low);
    EXPECT_EQ(t["interval"]["high"], transitions[i].high);
    EXPECT_EQ(t["n_examples"], 64);
  }
  EXPECT_EQ(report["report_version"], kReportVersion);
  EXPECT_EQ(report["uncertainty"]["confidence"], run.transitions.confidence);
  EXPECT_EQ(report["uncertainty"]["bootstrap_samples"], run.transitions.bootstrap_samples);
  const Json ranges = {{{"first", 0}, {"last", 2950}, {"every", 50}}};
  EXPECT_EQ(report["steps"],
            (Json{{"count", 60}, {"first", 0}, {"last", 2950}, {"ranges", ranges}}));
  EXPECT_EQ(report["transitions"][0]["steps"], report["steps"]);
  EXPECT_EQ(report["dataset"]["spans"]["selector"], (Json{8, 10}));
  EXPECT_EQ(report["records"].size(), run.records.size());
  EXPECT_EQ(report["records"][0]["settings"]["n_examples"], 64);
  EXPECT_EQ(report["figures"][0]["file"], "figures/z_shuffle.png");
  EXPECT_EQ(report["figures"][1]["file"], nullptr);
}

// Count, first and last were all: of a refined run nobody could say which checkpoints.
TEST(ReportJson, SaysWhichCheckpointsARefinedRunUsed) {
  RunData run;
  Record record = made::record_of("p", "x", {0, 200, 400, 404, 408, 412, 600},
                                  std::vector<std::vector<float>>(7, {1, 3}));
  record.checkpoint_hashes.assign(7, "a");
  run.records["p"] = record;
  const Json before = Json::parse(report_json(run, {}, {}))["records"][0];
  EXPECT_EQ(before["steps"]["ranges"], (Json{{{"first", 0}, {"last", 400}, {"every", 200}},
                                             {{"first", 404}, {"last", 412}, {"every", 4}},
                                             {{"first", 600}, {"last", 600}, {"every", 1}}}));
  EXPECT_EQ(before["checkpoints_hash"].get<std::string>().size(), 64U);
  run.records["p"].checkpoint_hashes[3] = "b";
  const Json after = Json::parse(report_json(run, {}, {}))["records"][0];
  EXPECT_NE(after["checkpoints_hash"], before["checkpoints_hash"]);
}

TEST(ReportJson, AnInfiniteBoundIsNullWithItsStatus) {
  Transition t = made::confirmed("it happened");
  t.high = kInfinity;
  const Json report = Json::parse(report_json(made::run(), made::events({t}), {}));
  EXPECT_EQ(report["transitions"][0]["interval"]["high"], nullptr);
  EXPECT_EQ(report["transitions"][0]["interval"]["high_status"], "beyond_last_record");
}

TEST(ReportJson, AnUndefinedLastValueIsNullWithItsStatus) {
  RunData run;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  run.records["p"] = made::record_of("p", "x", {0, 10}, {{1, 3}, {nan, nan}});
  const Json value = Json::parse(report_json(run, {}, {}))["final_values"][0];
  EXPECT_EQ(value["mean"], nullptr);
  EXPECT_EQ(value["status"], "undefined");
}

TEST(ReportJson, IsValidWhateverBytesANameHolds) {
  RunData run = made::run();
  run.experiment = "bad \xff utf8 \" quote \n line";
  EXPECT_TRUE(Json::accept(report_of(run)));
}

TEST(FinalValues, AreTheLastRecordOfQuantitiesWithoutAxes) {
  RunData run;
  run.records["p"] = made::record_of("p", "x", {0, 10}, {{1, 3}, {2, 6}});
  const std::vector<FinalValue> values = final_values(run);
  ASSERT_EQ(values.size(), 1u);
  EXPECT_EQ(values[0].series, "p/x");
  EXPECT_EQ(values[0].step, 10);
  EXPECT_DOUBLE_EQ(values[0].mean, 4);            // (2 + 6)/2
  EXPECT_DOUBLE_EQ(values[0].standard_error, 2);  // sample deviation sqrt(8), / sqrt(2)
  EXPECT_EQ(values[0].n_examples, 2);
}

TEST(Report, SameInputsGiveTheSameText) {
  const RunData run = made::run();
  EXPECT_EQ(report_json(run, find_all(run), {}), report_json(run, made::found(), {}));
}

}  // namespace
}  // namespace kairo
