#include "analysis/compare/comparison_document.h"

#include <gtest/gtest.h>

#include "core/store/atomic_file.h"
#include "tests/analysis/compare/made_comparison.h"
#include "tests/analysis/figure_folder.h"
#include "tests/analysis/python_check.h"

namespace kairo {
namespace {

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
  EXPECT_EQ(document.headline[0], "3 seeds: " + event.title +
                                      " over 3 seeds: " + t_interval_text(event.spread, 0.95) +
                                      "; range " + range_text(event.spread) + ".");
}

TEST(ComparisonDocument, SaysWhichOrderHoldsInEverySeedAndWhatIsLeftOut) {
  const std::string text = document_markdown(document_of(seeds()));
  EXPECT_TRUE(has(text, "\n## Named events over seeds\n"));
  EXPECT_TRUE(has(text, "\n## Order of events over seeds\n"));
  EXPECT_TRUE(has(text, "accuracy before attention\\_to\\_z, in all 3 seeds at all three shares"));
  EXPECT_TRUE(has(text, "Figure k\\_dependence: the runs have one K only."));
  EXPECT_TRUE(has(text, "](overlay.png)"));
  EXPECT_FALSE(has(text, "](k_dependence.png)"));
  EXPECT_TRUE(has(text, "[Numbers (CSV)](order_table.csv)"));
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
