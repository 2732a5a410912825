#include "analysis/compare/comparison_document.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/compare/basis_section.h"
#include "core/files/atomic_file.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/analysis/compare/made_comparison.h"
#include "tests/analysis/figure_folder.h"
#include "tests/analysis/python_check.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Comparison seeds() {
  std::vector<ComparedRun> runs;
  for (const made::Spec& each : made::k_sweep()) {
    if (each.k == 10 && each.direction == Direction::kBzToA) runs.push_back(made::compared(each));
  }
  return make_comparison("seeds", runs);
}

const std::vector<FigureResult> kFigures = {{"dashboard", "", "All panels."},
                                            {"k_dependence", "the runs have one K only", ""},
                                            {"overlay", "", "Curves."}};

bool has_column(const Table& table, const std::string& title) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [&](const Column& column) { return column.title == title; });
}

bool has_row(const Table& table, const std::string& title) {
  return std::any_of(table.rows.begin(), table.rows.end(),
                     [&](const std::vector<Cell>& row) { return row.front().text == title; });
}

ReportDocument document_of(const Comparison& comparison) {
  return comparison_document(comparison, comparison_tables(comparison), kFigures);
}

// A folder with the figures and the tables' CSV.
class ComparisonPage : public testing::Test {
 protected:
  ComparisonPage() {
    for (const char* name : {"dashboard", "overlay"}) {
      for (const char* extension : {".png", ".svg", ".csv"}) {
        write_file_atomically(folder_.file(std::string(name) + extension), name);
      }
    }
    for (const char* name : {"comparison.json", "comparison.md"}) {
      write_file_atomically(folder_.file(name), name);
    }
  }

  std::string page_of(const Comparison& comparison) const {
    for (const NamedTable& each : comparison_tables(comparison)) {
      write_file_atomically(folder_.file(each.table.csv), table_csv(each.table));
    }
    return document_html(document_of(comparison), folder_.path());
  }
  Verdict checked(const std::string& page) const {
    write_file_atomically(folder_.file("comparison.html"), page);
    return page_says(folder_.file("comparison.html"), "--links");
  }

  FigureFolder folder_;
};

TEST_F(ComparisonPage, IsOneInertFileWhoseLinksAreThere) {
  const Verdict verdict = checked(page_of(seeds()));
  EXPECT_TRUE(verdict.is_good) << verdict.words;
  EXPECT_TRUE(has(verdict.words, "2 images")) << verdict.words;
}

TEST_F(ComparisonPage, NamesOfRunsCannotMakeTagsScriptsOrMarkup) {
  const std::string hostile = "a\"'><script>alert(1)</script>\n\n# b";
  Comparison comparison = seeds();
  comparison.name = hostile;
  comparison.runs[0].name = hostile;
  comparison.groups[0].name = hostile;
  comparison.left_out = {{hostile, hostile}};
  const std::string page = page_of(comparison);
  const Verdict verdict = checked(page);
  EXPECT_TRUE(verdict.is_good) << verdict.words;
  EXPECT_FALSE(has(page, "<script>alert"));
  const std::string text = document_markdown(document_of(comparison));
  EXPECT_FALSE(has(text, "<script>"));
  EXPECT_FALSE(has(text, "\n# b"));
}

TEST(ComparisonDocument, BeginsWithTheFirstEventOverSeeds) {
  const Comparison comparison = seeds();
  const EventOverSeeds event = groups_over_seeds(comparison).front().events.front();
  const ReportDocument document = document_of(comparison);
  ASSERT_EQ(document.headline.size(), 1U);
  EXPECT_EQ(document.headline[0],
            event.title + " over 3 seeds: " + t_interval_text(event.spread, 0.95) +
                "; from the earliest to the latest seed " + range_text(event.spread) + ".");
}

// Two seeds at 100 and 150 were told by a t interval that began at -243.
TEST(ComparisonDocument, OfTwoSeedsSaysBothSteps) {
  Comparison comparison = seeds();
  comparison.runs.pop_back();
  comparison.groups[0].runs.pop_back();
  const EventOverSeeds event = groups_over_seeds(comparison).front().events.front();
  ASSERT_EQ(event.seeds.size(), 2U);
  EXPECT_EQ(document_of(comparison).headline.at(0),
            event.title + ": at step " + std::to_string(event.seeds[0].step) +
                " in seed 0, at step " + std::to_string(event.seeds[1].step) +
                " in seed 1 (two seeds are too few for an interval).");
}

TEST(ComparisonDocument, HasTheTaskBoxTheWarningsAndTheWords) {
  Comparison comparison = seeds();
  comparison.warnings = {"probes.n_examples is 64 in a; 256 in b."};
  comparison.task_box.title = "The task in one example";
  comparison.task_box.sequence = {"BOS  o t  SEP", "     base B", "          q"};
  comparison.task_box.terms = {{"base B", "o t: what is given"}};
  const std::string text = document_markdown(document_of(comparison));
  EXPECT_TRUE(has(text, "    BOS  o t  SEP\n         base B\n              q\n"));
  EXPECT_TRUE(has(text, "- **base B**: o t: what is given"));
  EXPECT_TRUE(has(text, "## The runs were not measured alike\n\n- probes.n\\_examples is 64"));
  for (const char* word :
       {"**a'**", "**q**", "**z'**", "**hold**", "**unconfirmed**", "**nats**"}) {
    EXPECT_TRUE(has(text, word)) << word;
  }
}

TEST(ComparisonDocument, SaysWhichOrderHoldsInEverySeedAndWhatIsLeftOut) {
  const std::string text = document_markdown(document_of(seeds()));
  EXPECT_TRUE(has(text, "\n## Named events over seeds\n"));
  EXPECT_TRUE(has(text, "\n## Order of events over seeds\n"));
  EXPECT_TRUE(has(text, "accuracy before attention to z, in all 3 seeds at all three shares"));
  EXPECT_TRUE(has(text, "Figure k\\_dependence: the runs have one K only."));
  EXPECT_TRUE(has(text, "](overlay.png)"));
  EXPECT_FALSE(has(text, "](k_dependence.png)"));
  EXPECT_TRUE(has(text, "[Numbers (CSV)](order_table.csv)"));
}

// Its tables said when, and not of what: no definition, number of examples or checkpoint stood
// there.
TEST(ComparisonDocument, SaysDefinitionNAndCheckpointsOfEveryEventAndSeries) {
  Comparison comparison = seeds();
  const ReportDocument document = document_of(comparison);
  const Section* section = nullptr;
  for (const Section& each : document.sections) {
    if (each.title == "Definitions, examples and checkpoints") section = &each;
  }
  ASSERT_NE(section, nullptr);
  const Table& table = std::get<Table>(section->blocks.at(1));
  for (const char* column : {"n", "checkpoints", "definition", "D"}) {
    EXPECT_TRUE(has_column(table, column)) << column;
  }
  for (const ReportedEvent& event : comparison.runs[0].report.events) {
    if (event.kind != ReportedKind::kNamed || !event.left_out.empty()) continue;
    EXPECT_TRUE(has_row(table, event.title)) << event.title;
  }
  EXPECT_TRUE(has_row(table, "accuracy")) << "series, on which rises and change points stand";
  for (const std::vector<Cell>& row : table.rows) {
    const bool is_chosen = has(row[0].text, "of layer");  // by the other half of the examples
    EXPECT_EQ(row[2].text, is_chosen ? "4" : "8") << row[0].text;
    EXPECT_EQ(row[3].text, "100") << row[0].text;
    EXPECT_TRUE(has(row[4].text, " every 100")) << row[4].text;
    EXPECT_GT(row[5].text.size(), 20U) << row[0].text;
  }
}

TEST(ComparisonDocument, ARunOfOtherCheckpointsHasARowOfItsOwn) {
  std::vector<ComparedRun> runs = seeds().runs;
  for (ComparedRun& run : runs) {
    run.report.spacing = 50;
    run.report.basis = {{"accuracy", "Made up.", 8, 3, "3: 0 to 100 every 50"}};
  }
  runs[1].report.basis[0].checkpoints = "101: 0 to 100 every 1";
  const Section section = basis_section(make_comparison("seeds", runs));
  const Table& table = std::get<Table>(section.blocks.at(1));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0][1].text, runs[0].name + ", " + runs[2].name);
  EXPECT_EQ(table.rows[1][1].text, runs[1].name);
  EXPECT_EQ(table.rows[1][4].text, "101: 0 to 100 every 1");
}

TEST(ComparisonDocument, CountsTheCheckpointsOfMoreRunsThanAPageCanShow) {
  const ComparedRun one = seeds().runs.front();
  std::vector<ComparedRun> runs;
  for (int64_t i = 0; i < 120; ++i) {
    runs.push_back(one);
    runs.back().name = runs.back().seed = std::to_string(i);
    runs.back().report.basis.clear();
    for (const char* title : {"a", "b", "c", "d", "e"}) {
      runs.back().report.basis.push_back({title, "Made up.", 8, 3 + i, std::to_string(3 + i)});
    }
  }
  const Section section = basis_section(make_comparison("many", runs));
  const Table& table = std::get<Table>(section.blocks.at(1));
  ASSERT_EQ(table.rows.size(), 5U);
  EXPECT_EQ(table.rows[0][1].text, "all 120");
  EXPECT_EQ(table.rows[0][4].text, "3 to 122 per run");
}

TEST(ComparisonDocument, LinksATableThatIsTooLongToShow) {
  const Comparison comparison = seeds();
  std::vector<NamedTable> tables = comparison_tables(comparison);
  Table& lags = tables.back().table;
  while (lags.rows.size() <= kMostShownRows) lags.rows.push_back(lags.rows.front());
  const std::string text = document_markdown(comparison_document(comparison, tables, kFigures));
  EXPECT_TRUE(has(text, "501 rows, more than a page can show."));
  EXPECT_TRUE(has(text, "| 501 | [lags\\_table.csv](lags_table.csv) |"));
}

}  // namespace
}  // namespace kairo
