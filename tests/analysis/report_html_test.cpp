#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/report/document.h"
#include "analysis/report/html_text.h"
#include "analysis/report/report.h"
#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "tests/analysis/figure_folder.h"
#include "tests/analysis/made_report.h"
#include "tests/analysis/made_run.h"
#include "tests/analysis/python_check.h"

namespace kairo {
namespace {

bool page_has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A run's folder with the figures of made::figures().
class ReportHtml : public testing::Test {
 protected:
  ReportHtml() {
    create_folder(folder_.file("figures"));
    for (const char* name : {"z_shuffle", "dashboard"}) {
      write_file_atomically(folder_.file(std::string("figures/") + name + ".png"),
                            std::string("\x89PNG ") + name);
    }
  }

  std::string page_of(const RunData& run, const Findings& findings) const {
    return report_html(run, findings, made::figures(), folder_.path());
  }
  Verdict checked(const std::string& page) const {
    write_file_atomically(folder_.file("report.html"), page);
    return page_says(folder_.file("report.html"));
  }

  FigureFolder folder_;
};

TEST_F(ReportHtml, IsOneFileThatFetchesNothing) {
  const RunData run = made::run();
  const Verdict verdict = checked(page_of(run, made::found()));
  EXPECT_TRUE(verdict.is_good) << verdict.words;
  EXPECT_TRUE(page_has(verdict.words, "2 images")) << verdict.words;
  for (made::Task task : {made::Task::kOneSelector, made::Task::kBToA}) {
    made::RunOptions options;
    options.task = task;
    const RunData other = made::run(options);
    const Verdict said = checked(page_of(other, made::found(task)));
    EXPECT_TRUE(said.is_good) << said.words;
  }
}

TEST_F(ReportHtml, BeginsWithTheAnswerAndHoldsItsPictures) {
  const std::string page =
      page_of(made::run(), made::events({made::confirmed("the model began to use z")}));
  const std::size_t headline = page.find("<p class=\"headline\">The model began to use z at step");
  ASSERT_NE(headline, std::string::npos);
  EXPECT_LT(headline, page.find("<table"));
  EXPECT_TRUE(page_has(page, "src=\"data:image/png;base64," + base64("\x89PNG dashboard") + "\""));
  EXPECT_TRUE(page_has(page, "<a href=\"figures/z_shuffle.csv\">"));
  EXPECT_FALSE(page_has(page, "figures/candidates"));
  EXPECT_TRUE(page_has(page, "<a href=\"probes/performance/default.csv\">CSV</a>"));
}

// Whatever an experiment, a note or a record is called.
RunData hostile_run() {
  const std::string hostile =
      "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\xff\n";
  RunData run = made::run();
  run.experiment = hostile;
  run.task = hostile;
  run.left_out[hostile] = hostile;
  run.dataset_hash = hostile;
  run.floors[0].name = run.floors[0].definition = hostile;
  Record& record = run.records["performance"];
  record.key.label = "../../" + hostile;
  record.key.settings = record.key.code_version = hostile;
  record.notes = {hostile};
  record.quantities[0].about.definition = record.quantities[0].about.units = hostile;
  return run;
}

TEST_F(ReportHtml, NamesCannotMakeTagsAttributesScriptsOrLinks) {
  const RunData run = hostile_run();
  Findings findings = made::found();
  findings.transitions.push_back(made::confirmed("<script>alert(2)</script>\" onclick=\"x"));
  const std::string page = page_of(run, findings);
  const Verdict verdict = checked(page);
  EXPECT_TRUE(verdict.is_good) << verdict.words;
  EXPECT_FALSE(page_has(page, "<script>alert"));
  EXPECT_FALSE(page_has(page, "<img src=x"));
  EXPECT_TRUE(page_has(page, "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_TRUE(page_has(page, "\"probes/performance/..%2F..%2F%22%27%3E%3Cscript"));
}

TEST_F(ReportHtml, TheCheckFindsAScriptAHandlerAFetchAndAMissingCell) {
  const RunData run = made::run();
  const std::string page = page_of(run, made::found());
  const auto with = [&](const std::string& before, const std::string& put) {
    std::string changed = page;
    changed.insert(changed.find(before), put);
    return checked(changed).is_good;
  };
  ASSERT_TRUE(with("</main>", "<p></p>"));
  EXPECT_FALSE(with("</main>", "<script>alert(1)</script>"));
  EXPECT_FALSE(with("</main>", "<p onclick=\"x\"></p>"));
  EXPECT_FALSE(with("</main>", "<img alt=\"x\" src=\"http://example.org/x.png\">"));
  EXPECT_FALSE(with("</main>", "<a href=\"../x\">x</a>"));
  EXPECT_FALSE(with("</main>", "<p>"));
  EXPECT_FALSE(with("</tr>\n</tbody>", "<td></td>"));
}

TEST_F(ReportHtml, WhatDidNotHappenIsSortedAfterWhatDid) {
  const std::string page = page_of(made::run(), made::every_state());
  EXPECT_TRUE(
      page_has(page, " data-number=\"200\" data-rank=\"1\">unconfirmed from 200 (100 to ∞)<"));
  EXPECT_TRUE(page_has(page, " data-rank=\"2\">none<"));
  EXPECT_TRUE(page_has(page, " data-number=\"-100\">-100 (−∞ to 100)<"));
  EXPECT_TRUE(page_has(page, " data-number=\"100\">100<"));
  EXPECT_TRUE(page_has(page, " data-rank=\"2\">no fit: fewer than 6 records<"));
}

TEST_F(ReportHtml, EveryRowsTipSaysWhatStandsInTheRow) {
  const std::string page =
      page_of(made::run(), made::events({made::confirmed("the model began to use z")}));
  EXPECT_TRUE(page_has(
      page,
      "<tr title=\"event: z gap &gt; 0.5 nats; number: 1; step: 2150 in (2100, 2150]; interval: "
      "2100–2200; status: confirmed; n: 256; checkpoints: 60: 0 to 2950 every 50; "
      "definition: "));
}

TEST_F(ReportHtml, SettingsBreakAfterTheirCommas) {
  RunData run = made::run();
  run.records["performance"].key.settings = "{\"a\":1,\"b\":2}";
  EXPECT_TRUE(page_has(page_of(run, {}), "<code>{&quot;a&quot;:1,<wbr>&quot;b&quot;:2}</code>"));
}

TEST_F(ReportHtml, SameInputsGiveTheSameBytes) {
  const RunData run = made::run();
  EXPECT_EQ(page_of(run, made::found()), page_of(run, made::found()));
}

TEST_F(ReportHtml, AFigureThatIsNotThereIsNamed) {
  std::filesystem::remove(folder_.file("figures/dashboard.png"));
  try {
    page_of(made::run(), {});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    EXPECT_TRUE(page_has(error.what(), "figures/dashboard.png")) << error.what();
  }
}

TEST_F(ReportHtml, IsWrittenWithTheOtherReports) {
  const RunDirectory directory(folder_.path(), "made");
  create_folder(directory.figures());
  for (const char* name : {"z_shuffle", "dashboard"}) {
    write_file_atomically(directory.figures() + "/" + name + ".png", "png");
  }
  const RunData run = made::run();
  const Findings& findings = made::found();
  write_reports(directory, run, findings, made::figures());
  EXPECT_EQ(read_file(directory.report("json")), report_json(run, findings, made::figures()));
  EXPECT_EQ(read_file(directory.report("md")), report_markdown(run, findings, made::figures()));
  EXPECT_EQ(read_file(directory.report("html")),
            report_html(run, findings, made::figures(), directory.root()));
}

TEST(HtmlText, Base64IsThatOfTheRfc) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64(std::string("\xff\xfe\x00", 3)), "//4A");
}

TEST(HtmlText, AScriptIsNamedByItsDigest) {
  // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
  EXPECT_EQ(script_hash("alert(1)"), "sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=");
}

TEST(HtmlText, EscapesWhatMeansSomething) {
  EXPECT_EQ(html_escape("a<b> & \"c\" 'd'\n\x01 é \xff"),
            "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;   é \xEF\xBF\xBD");
}

}  // namespace
}  // namespace kairo
