#include <gtest/gtest.h>

#include "analysis/final_values.h"
#include "analysis/report/report.h"
#include "tests/analysis/made_report.h"
#include "tests/analysis/made_run.h"

namespace kairo {
namespace {

using made::confirmed;

TEST(ReportMarkdown, BeginsWithTheAnswer) {
  const std::string text =
      report_markdown(made::run(), made::events({confirmed("the model began to use z")}), {});
  EXPECT_EQ(
      text.find("# made\\_k10\n\nThe model began to use z at step 2150 (between the checkpoints "
                "2100 and 2150; 95 % interval within this run 2100–2200, 256 examples).\n"),
      0u)
      << text.substr(0, 300);
}

TEST(ReportMarkdown, SaysNotReachedUnconfirmedAndLeftOut) {
  Transition never = confirmed("the model began to use z");
  never.crossing = {};
  never.has_interval = false;
  EXPECT_NE(report_markdown(made::run(), made::events({never}), {})
                .find("Not reached by step 5000: the model began"),
            std::string::npos);
  Transition tail = confirmed("the model began to use z");
  tail.crossing.status = EventStatus::kUnconfirmed;
  EXPECT_NE(report_markdown(made::run(), made::events({tail}), {})
                .find("Unconfirmed: the model began to use z"),
            std::string::npos);
  Transition lacking = never;
  lacking.left_out = "K = 1: no other selector";
  const std::string text =
      report_markdown(made::run(), made::events({lacking, confirmed("it learnt")}), {});
  EXPECT_NE(
      text.find(
          "z gap \\> 0.5 nats: not measured (K = 1: no other selector).\nIt learnt at step 2150"),
      std::string::npos)
      << text.substr(0, 400);
}

TEST(ReportMarkdown, HasEveryTransitionLastValueFloorRecordAndFigure) {
  const RunData run = made::run();
  const std::string text = report_markdown(run, made::found(), made::figures());
  for (const Event& event : named_events(run)) {
    EXPECT_NE(text.find("| " + markdown_escape(event.title) + " |"), std::string::npos)
        << event.name;
  }
  for (const FinalValue& value : final_values(run)) {
    EXPECT_NE(text.find("| " + markdown_escape(value.series) + " |"), std::string::npos);
  }
  for (const auto& [probe, record] : run.records) {
    EXPECT_NE(text.find("| " + markdown_escape(probe) + " | default | 64 |"), std::string::npos);
  }
  EXPECT_NE(text.find("without\\_selector | first\\_target\\_loss | 2.17 |"), std::string::npos);
  EXPECT_NE(text.find("](figures/z_shuffle.png)"), std::string::npos);
  EXPECT_EQ(text.find("](figures/candidates.png)"), std::string::npos);
  EXPECT_LT(text.find("dashboard.png"), text.find("z_shuffle.png"));
  EXPECT_NE(text.find("another seed"), std::string::npos);
}

TEST(ReportMarkdown, NamesCannotMakeMarkup) {
  RunData run = made::run();
  run.experiment = "a\n\n# b [x](http://y) <script> `t` | c";
  run.left_out["p|q"] = "why\n- not";
  const std::string text = report_markdown(run, made::found(), {});
  EXPECT_EQ(text.find("\n# b"), std::string::npos);
  EXPECT_EQ(text.find("[x]("), std::string::npos);
  EXPECT_EQ(text.find("<script>"), std::string::npos);
  EXPECT_EQ(text.find("\n- not"), std::string::npos);
  EXPECT_NE(text.find("p\\|q"), std::string::npos);
}

// A record's settings were put between backticks as they came.
TEST(ReportMarkdown, SettingsOfARecordCannotMakeMarkup) {
  RunData run = made::run();
  run.records.begin()->second.key.settings = "{`<b>`|x\n# heading}";
  const std::string text = report_markdown(run, made::events({confirmed("it learnt")}), {});
  EXPECT_NE(text.find("| `{'<b>'\\|x # heading}` |"), std::string::npos) << text;
}

TEST(ReportMarkdown, TableRowsHaveAsManyCellsAsTheirHeading) {
  RunData run = made::run();
  run.records["performance"].quantities[0].about.definition = "a | b";
  const std::string text = report_markdown(run, made::found(), made::figures());
  int64_t cells = 0;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    int64_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
    }
    const bool row = !line.empty() && line[0] == '|';
    if (row && cells > 0) {
      EXPECT_EQ(bars, cells) << line;
    }
    cells = row ? bars : 0;
    begin = end + 1;
  }
}

}  // namespace
}  // namespace kairo
