// The pages in headless Chromium: tables sort by a click, and a screenshot can be taken. Skipped,
// and said to be by ctest, where there is no Chromium.
#include <gtest/gtest.h>

#include <cstdlib>

#include "analysis/report/html_page.h"
#include "analysis/report/html_text.h"
#include "analysis/report/report.h"
#include "core/files/atomic_file.h"
#include "tests/analysis/figure_folder.h"
#include "tests/analysis/made_report.h"
#include "tests/analysis/made_run.h"
#include "tests/analysis/python_check.h"
#include "tests/paths.h"

namespace kairo {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

class ReportInBrowser : public testing::Test {
 protected:
  ReportInBrowser() {
    create_folder(folder_.file("figures"));
    for (const char* name : {"z_shuffle", "dashboard"}) {
      write_file_atomically(folder_.file(std::string("figures/") + name + ".png"), "no picture");
    }
    write("report.html", made::found());
    write("states.html", made::every_state());  // with what did not happen among what did
  }

  void write(const std::string& file, const Findings& findings) const {
    write_file_atomically(folder_.file(file),
                          report_html(made::run(), findings, made::figures(), folder_.path()));
  }

  Verdict browser_says(const std::string& page) const {
    return python_says("'" + source_dir() + "/tests/analysis/report_in_browser.py' '" +
                       folder_.file(page) + "'");
  }
  static bool is_skipped(const Verdict& verdict) { return verdict.words.rfind("skipped:", 0) == 0; }

  FigureFolder folder_;
};

TEST_F(ReportInBrowser, TablesSortByNumberAndRankAtAClick) {
  for (const char* page : {"report.html", "states.html"}) {
    const Verdict verdict = browser_says(page);
    if (is_skipped(verdict)) GTEST_SKIP() << verdict.words;
    EXPECT_TRUE(verdict.is_good) << page << ": " << verdict.words;
    EXPECT_NE(verdict.words.find(" tables, "), std::string::npos) << verdict.words;
  }
}

// The check itself.
TEST_F(ReportInBrowser, APageThatDoesNotSortIsFound) {
  const std::string right = kReportScript;
  const std::string wrong = replaced(right, "return rank(a) - rank(b) ||", "return");
  const std::string page = replaced(read_file(folder_.file("states.html")), right, wrong);
  write_file_atomically(folder_.file("refused.html"), page);
  const Verdict refused = browser_says("refused.html");
  if (is_skipped(refused)) GTEST_SKIP() << refused.words;
  EXPECT_FALSE(refused.is_good);
  EXPECT_NE(refused.words.find("cannot be clicked"), std::string::npos)
      << "the policy lets no other script run: " << refused.words;
  write_file_atomically(folder_.file("wrong.html"),
                        replaced(page, script_hash(right), script_hash(wrong)));
  const Verdict unsorted = browser_says("wrong.html");
  EXPECT_FALSE(unsorted.is_good);
  EXPECT_NE(unsorted.words.find("expected ["), std::string::npos) << unsorted.words;
}

TEST_F(ReportInBrowser, AScreenshotIsTaken) {
  const std::string picture = folder_.file("page.png");
  const std::string command = "if command -v chromium >/dev/null; then '" + source_dir() +
                              "/scripts/screenshot_report.sh' '" + folder_.file("report.html") +
                              "' '" + picture + "' 640 800 >'" + folder_.file("said") +
                              "' 2>&1; else exit 77; fi";
  const int status = std::system(command.c_str());
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "skipped: no chromium";
  ASSERT_EQ(status, 0) << read_file(folder_.file("said"));
  const std::string png = read_file(picture);
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_GT(png.size(), 20000U) << "an empty page";
}

}  // namespace
}  // namespace kairo
