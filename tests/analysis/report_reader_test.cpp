#include "analysis/report/report_reader.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analysis/report/report.h"
#include "core/base/error.h"
#include "tests/analysis/made_report.h"
#include "tests/analysis/made_run.h"

namespace kairo {
namespace {

using Json = nlohmann::json;

const ReportedEvent& named(const ReportedRun& run, const std::string& name) {
  for (const ReportedEvent& each : run.events) {
    if (each.name == name) return each;
  }
  throw std::runtime_error("no event " + name);
}

std::string error_of(const std::string& text) {
  try {
    parse_report(text, "runs/a/report.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
    return error.what();
  }
  return "";
}

TEST(ReportReader, ReadsBackWhatTheReportWasMadeOf) {
  const RunData run = made::run();
  const Findings& findings = made::found();
  const ReportedRun read = parse_report(report_json(run, findings, {}), "report.json");
  EXPECT_EQ(read.experiment, run.experiment);
  for (const Transition& t : findings.transitions) {
    const ReportedEvent& event = named(read, t.event.name);
    EXPECT_STREQ(status_name(event.status), status_name(t.crossing.status));
    EXPECT_EQ(event.after, t.crossing.after);
    EXPECT_EQ(event.step, t.crossing.step);
    EXPECT_EQ(event.last_step, t.last_step);
    EXPECT_EQ(event.kind, ReportedKind::kNamed);
    ASSERT_TRUE(event.has_interval);
    EXPECT_EQ(event.low, t.low);
    EXPECT_EQ(event.high, t.high);
  }
  const SeriesFinding& accuracy = findings.series[1];
  const ReportedEvent& half = named(read, rise_event_name("accuracy", 1));
  EXPECT_EQ(half.name, "accuracy/50");
  EXPECT_EQ(half.step, accuracy.rise.crossings[1].step);
  EXPECT_EQ(half.low, accuracy.rise.intervals[1].low);
  EXPECT_EQ(half.kind, ReportedKind::kRise);
  const ReportedEvent& change = named(read, "change_point/accuracy");
  EXPECT_EQ(change.status == SeedStatus::kConfirmed,
            accuracy.change_point.verdict == ChangeVerdict::kBreak);
  EXPECT_EQ(change.kind, ReportedKind::kChangePoint);
  EXPECT_FALSE(change.has_interval);
  ASSERT_EQ(read.orders.size(), findings.orders.size());
  for (std::size_t i = 0; i < read.orders.size(); ++i) {
    EXPECT_EQ(read.orders[i].robust, findings.orders[i].robust());
    EXPECT_EQ(read.orders[i].first, findings.series[findings.orders[i].first].series.name);
  }
}

TEST(ReportReader, KnowsWhatTheNumbersStandOn) {
  const RunData run = made::run();
  const ReportedRun read = parse_report(report_json(run, made::found(), {}), "report.json");
  EXPECT_EQ(read.spacing, 50);
  const Event& event = made::found().transitions[0].event;
  ASSERT_FALSE(read.basis.empty());
  EXPECT_EQ(read.basis[0].title, event.title);
  EXPECT_EQ(read.basis[0].definition, event.definition);
  EXPECT_EQ(read.basis[0].n_examples, 64);
  EXPECT_EQ(read.basis[0].checkpoints, "60: 0 to 2950 every 50");
  std::size_t n_computed = 0;
  for (const Transition& each : made::found().transitions) n_computed += each.left_out.empty();
  for (const SeriesFinding& each : made::found().series) n_computed += each.series.left_out.empty();
  EXPECT_EQ(read.basis.size(), n_computed);
}

TEST(ReportReader, KeepsWhatWasLeftOut) {
  made::RunOptions options;
  options.task = made::Task::kOneSelector;
  const RunData run = made::run(options);
  const ReportedRun read =
      parse_report(report_json(run, made::found(options.task), {}), "report.json");
  EXPECT_EQ(named(read, "z_gap").left_out, "K = 1: no other selector");
  EXPECT_EQ(named(read, "preference/25").left_out, "K = 1: no other selector");
  EXPECT_EQ(named(read, "change_point/z_gap").left_out, "K = 1: no other selector");
}

// "no transition" used to be read as an event after the last record.
TEST(ReportReader, TellsNoTransitionFromALateOneAndAShareOfARiseThatGoesOn) {
  const RunData run = made::run();
  Findings findings = made::every_state();
  const auto read = [&] { return parse_report(report_json(run, findings, {}), "report.json"); };
  EXPECT_EQ(named(read(), "change_point/a").status, SeedStatus::kNoTransition);
  EXPECT_EQ(named(read(), "change_point/b").status, SeedStatus::kConfirmed);
  findings.series[1].change_point.verdict = ChangeVerdict::kGradual;
  EXPECT_EQ(named(read(), "change_point/b").status, SeedStatus::kNoTransition);
  EXPECT_EQ(named(read(), "b/50").status, SeedStatus::kConfirmed);
  EXPECT_EQ(named(read(), "a/75").status, SeedStatus::kCensored);
  findings.series[1].rise.still_rises = findings.series[0].rise.still_rises = true;
  EXPECT_EQ(named(read(), "b/50").status, SeedStatus::kStillRising);
  EXPECT_EQ(named(read(), "a/75").status, SeedStatus::kCensored);
}

TEST(ReportReader, KnowsHowEventsWereFound) {
  RunData run = made::run();
  run.transitions.threshold("accuracy") = 0.75;
  Json report = Json::parse(report_json(run, {}, {}));
  ASSERT_GT(report["records"].size(), 0U);
  report["records"][0]["probe"] = "performance";
  report["records"][0]["label"] = "fine";
  report["records"][0]["settings"] = {{"probes.n_examples", 32}, {"start.step", 0}};
  const ReportedRun read = parse_report(report.dump(), "report.json");
  EXPECT_EQ(read.options.at("transitions.accuracy"), "0.75");
  EXPECT_EQ(read.options.at("performance: probes.n_examples"), "32");
  EXPECT_EQ(read.options.count("performance: start.step"), 0U);
  EXPECT_EQ(read.labels.count("fine"), 1U);
}

TEST(ReportReader, RefusesOtherVersionsAndOtherTexts) {
  const RunData run = made::run();
  Json report = Json::parse(report_json(run, {}, {}));
  // The version before lacks the facts of the run alone, which the reader passes over.
  report["report_version"] = kReportVersion - 1;
  EXPECT_NO_THROW(parse_report(report.dump(), "x"));
  report["report_version"] = kReportVersion - 2;
  const std::string older = error_of(report.dump());
  EXPECT_NE(older.find("runs/a/report.json"), std::string::npos) << older;
  EXPECT_NE(older.find("report_version " + std::to_string(kReportVersion)), std::string::npos)
      << older;
  EXPECT_NE(older.find("analyze --figures-only"), std::string::npos) << older;
  report["report_version"] = kReportVersion;
  report.erase("order");
  EXPECT_NE(error_of(report.dump()), "");
  EXPECT_NE(error_of("not json"), "");
  EXPECT_NE(error_of("[]"), "");
  EXPECT_THROW(read_report("/nowhere/report.json"), Error);
}

}  // namespace
}  // namespace kairo
