#include "analysis/report/document.h"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <limits>

#include "analysis/report/html_text.h"
#include "analysis/report/report.h"
#include "analysis/step_words.h"
#include "core/files/atomic_file.h"
#include "tests/analysis/figure_folder.h"
#include "tests/analysis/made_report.h"
#include "tests/analysis/made_run.h"

namespace kairo {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_column(const Table& table, const std::string& title) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [&](const Column& column) { return column.title == title; });
}

std::vector<Table> tables_of(const Section& section) {
  std::vector<Table> tables;
  for (const Block& block : section.blocks) {
    if (const Table* table = std::get_if<Table>(&block)) tables.push_back(*table);
  }
  return tables;
}

const Section& section_of(const ReportDocument& document, const std::string& title) {
  for (const Section& section : document.sections) {
    if (section.title == title) return section;
  }
  throw std::runtime_error("no section " + title);
}

ReportDocument made_document() {
  const RunData run = made::run();
  return report_document(run, made::found(), made::figures());
}

// What depends on examples and checkpoints says which; the floors are exact.
TEST(ReportDocument, EveryTableOfMeasurementsSaysNCheckpointsAndDefinition) {
  const ReportDocument document = made_document();
  for (const char* title :
       {"Transitions", "Order of events", "Sharpness and change points", "Last values"}) {
    for (const Table& table : tables_of(section_of(document, title))) {
      EXPECT_TRUE(has_column(table, "n")) << title;
      EXPECT_TRUE(has_column(table, "checkpoints") || has_column(table, "step")) << title;
      EXPECT_TRUE(has_column(table, "definition") || has_column(table, "gap at 25 %")) << title;
      EXPECT_FALSE(table.rows.empty()) << title;
    }
  }
}

TEST(ReportDocument, EveryRowHasACellForEveryColumn) {
  for (const Section& section : made_document().sections) {
    for (const Table& table : tables_of(section)) {
      for (const std::vector<Cell>& row : table.rows) {
        EXPECT_EQ(row.size(), table.columns.size()) << section.title;
      }
    }
  }
}

TEST(ReportDocument, MarkdownAndHtmlSayEveryCellOfIt) {
  const FigureFolder folder;
  create_folder(folder.file("figures"));
  for (const char* name : {"z_shuffle", "dashboard"}) {
    write_file_atomically(folder.file(std::string("figures/") + name + ".png"), "png");
  }
  const RunData run = made::run();
  const Findings& findings = made::found();
  const std::string markdown = report_markdown(run, findings, made::figures());
  const std::string html = report_html(run, findings, made::figures(), folder.path());
  int64_t n = 0;
  for (const Section& section : made_document().sections) {
    for (const Table& table : tables_of(section)) {
      for (const std::vector<Cell>& row : table.rows) {
        for (const Cell& cell : row) {
          ++n;
          const bool is_code = cell.look == CellLook::kCode;
          if (!is_code) {
            EXPECT_TRUE(has(html, html_escape(cell.text) + "<")) << cell.text;
          }
          EXPECT_TRUE(has(markdown, is_code ? cell.text : markdown_escape(cell.text))) << cell.text;
        }
      }
    }
  }
  EXPECT_GT(n, 300);
}

TEST(ReportDocument, EventsSayTheirThresholdAndSpacing) {
  const Table table = tables_of(section_of(made_document(), "Transitions")).front();
  const auto definition_of = [&](const Transition& t) {
    for (const std::vector<Cell>& row : table.rows) {
      if (row[0].text == t.event.title) return row.back().text;
    }
    return std::string();
  };
  const std::string z_gap = definition_of(made::found().transitions[0]);
  EXPECT_TRUE(has(z_gap, "is above 0.5 nats. D = 50 steps.")) << z_gap;
  const Transition& relative = made::found().transitions[2];
  ASSERT_TRUE(relative.event.relative_to_first);
  EXPECT_TRUE(has(definition_of(relative),
                  fmt::format(" That is {:.4g} nats. D = 50 steps.", relative.threshold_value)));
}

Transition at_step(const std::string& title, int64_t step) {
  Transition t = made::confirmed(title);
  t.event.title = title;
  t.crossing.after = step - 50;
  t.crossing.step = step;
  return t;
}

// Events were listed by kind: a reader met them in the order 1 2 4 3.
TEST(ReportDocument, EventsStandInOrderOfTimeAndThenThoseThatDidNotHappen) {
  Transition never = at_step("never", 0);
  never.crossing = {};
  Transition lacking = at_step("lacking", 100);
  lacking.left_out = "K = 1";
  const Findings findings =
      made::events({lacking, never, at_step("late", 900), at_step("early", 200)});
  const ReportDocument document = report_document(made::run(), findings, {});
  const Table table = tables_of(section_of(document, "Transitions")).front();
  std::vector<std::string> titles, numbers;
  for (const std::vector<Cell>& row : table.rows) {
    titles.push_back(row[0].text);
    numbers.push_back(row[1].text);
  }
  EXPECT_EQ(titles, (std::vector<std::string>{"early", "late", "never", "lacking"}));
  EXPECT_EQ(numbers, (std::vector<std::string>{"1", "2", "–", "–"}));
  EXPECT_EQ(document.headline.back(),
            "Events in order of time: 1. early (step 200), 2. late (step 900).");
}

// After a refinement the step was known to 1, and its interval stayed 75 wide without a word.
TEST(ReportDocument, SaysHowToNarrowAnIntervalThatRefinementLeftWide) {
  Transition t = at_step("onset", 407);
  t.crossing.after = 406;
  t.low = 375;
  t.high = 450;
  t.narrower = "train --experiment quick --refine 375:450 --every 1";
  const ReportDocument document = report_document(made::run(), made::events({t}), {});
  const Section& section = section_of(document, "Transitions");
  const auto& items = std::get<BulletList>(section.blocks.back()).items;
  ASSERT_EQ(items.size(), 1U);
  EXPECT_TRUE(has(items[0], "is known to 1 step, but its 95 % interval is 75 steps wide"))
      << items[0];
  EXPECT_TRUE(has(items[0], t.narrower + ", then analyze"));
  EXPECT_TRUE(has(describe(t), "to narrow it: " + t.narrower));
}

// One of the items under "Not found or left out".
bool lists(const ReportDocument& document, const std::string& text) {
  const Section& section = section_of(document, "Not found or left out");
  const auto& items = std::get<BulletList>(section.blocks.front()).items;
  return std::find(items.begin(), items.end(), text) != items.end();
}

TEST(ReportDocument, AProbeThatHasNotBeenRunIsListedWithItsCommand) {
  RunData run = made::run();
  run.records.erase("z_shuffle");
  const Findings findings = find_all(run);
  const ReportDocument document = report_document(run, findings, {});
  EXPECT_EQ(document.headline.front(),
            "Onset of z use: not measured (probe z_shuffle has not been run).");
  run.left_out["z_shuffle"] = not_run_words("z_shuffle");
  const std::string command =
      "Probe z_shuffle: has not been run. To run it: probe_z_shuffle --experiment made_k10";
  EXPECT_TRUE(lists(report_document(run, findings, {}), command + "."));
  // The command without the label would make a record that this report does not read.
  run.label = "held_out";
  EXPECT_TRUE(lists(report_document(run, findings, {}), command + " --label held_out."));
  // Nor may it write into a run that may only be read.
  run.results_dir = "mine";
  EXPECT_TRUE(
      lists(report_document(run, findings, {}), command + " --results-dir mine --label held_out."));
}

TEST(ReportDocument, WhatIsNotThereIsListedWithItsReason) {
  made::RunOptions options;
  options.task = made::Task::kOneSelector;
  const RunData run = made::run(options);
  const ReportDocument document = report_document(run, made::found(options.task), made::figures());
  EXPECT_TRUE(lists(document, "Event z gap > 0.5 nats: not measured, K = 1: no other selector."));
  EXPECT_TRUE(lists(document, "Probe z_shuffle: K = 1: no other selector."));
  EXPECT_TRUE(lists(document, "Figure candidates: K = 1: no other selector."));
}

TEST(ReportDocument, ANumberThatIsNotFiniteIsSortedLast) {
  const Cell cell = number_cell("undefined", std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(cell.number);
  EXPECT_EQ(cell.rank, SortRank::kNone);
  EXPECT_EQ(number_cell("3", 3).number, 3.0);
}

TEST(StepWords, TellEvenStretches) {
  EXPECT_EQ(step_words({}), "–");
  EXPECT_EQ(step_words({0}), "1: 0");
  EXPECT_EQ(step_words({0, 50}), "2: 0, 50");
  EXPECT_EQ(step_words({0, 50, 100, 150}), "4: 0 to 150 every 50");
  EXPECT_EQ(step_words({0, 200, 400, 410, 420, 430, 600, 800, 1000}),
            "9: 0 to 400 every 200, 410 to 430 every 10, 600 to 1000 every 200");
  EXPECT_EQ(step_words({0, 7, 10, 13, 16}), "5: 0, 7 to 16 every 3");
  EXPECT_EQ(step_words({0, 1, 3, 6, 10, 15, 21, 28, 36}), "9 unevenly from 0 to 36");
}

TEST(StepStretches, AreTogetherTheStepsThemselves) {
  for (const std::vector<int64_t>& steps : {std::vector<int64_t>{},
                                            {0},
                                            {0, 50},
                                            {0, 1, 3, 6, 10, 15},
                                            {0, 200, 400, 404, 408, 600},
                                            {0, 200, 400, 600, 604, 608, 612, 800, 1000, 1200}}) {
    std::vector<int64_t> again;
    for (const StepStretch& each : step_stretches(steps)) {
      for (int64_t step = each.first; step <= each.last; step += each.every) again.push_back(step);
    }
    EXPECT_EQ(again, steps);
  }
}

TEST(StepWords, TellWhatIsDenserThanTheSpacing) {
  EXPECT_EQ(denser_words({0, 200, 400, 600}, 200), "");
  EXPECT_EQ(denser_words({0, 200, 400, 404, 408, 412, 600, 800}, 200), "every 4 from 400 to 412");
  EXPECT_EQ(denser_words({0, 200, 403, 404, 405, 600, 610, 620, 800}, 200),
            "every 1 from 403 to 405, every 10 from 600 to 620");
  EXPECT_EQ(denser_words({0, 1, 2, 3, 10, 12, 14, 20, 23, 26, 30, 35, 40, 100, 200}, 100),
            "denser in 4 stretches");
}

}  // namespace
}  // namespace kairo
