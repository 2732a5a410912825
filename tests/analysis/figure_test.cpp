// The figures of made runs, drawn.
#include "analysis/figures/figure.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <sstream>

#include "analysis/figures/chosen_steps.h"
#include "analysis/figures/dashboard.h"
#include "analysis/figures/training_curves.h"
#include "analysis/plot/gnuplot.h"
#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "studies/late_disambiguation/figures/causal_patching.h"
#include "tests/analysis/figure_folder.h"
#include "tests/analysis/made_run.h"
#include "tests/analysis/small_run.h"

namespace kairo {
namespace {

constexpr int kPngWidthAt = 16;  // bytes before the width in a PNG's header

std::vector<FigureResult> draw(const RunData& run, const FigureFolder& folder,
                               const std::vector<std::string>& only = {}) {
  const std::vector<Transition> transitions = find_transitions(run);
  return draw_figures({run, transitions}, folder.path(), only);
}

uint32_t png_width(const std::string& png) {
  uint32_t width = 0;
  for (int i = 0; i < 4; ++i) {
    width = width << 8 | static_cast<unsigned char>(png[kPngWidthAt + i]);
  }
  return width;
}

bool has_file(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Rows of a CSV without quoted fields, whose first two fields are `panel` and `series`.
std::map<double, double> series_of(const std::string& csv, const std::string& panel,
                                   const std::string& series) {
  std::map<double, double> values;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields;
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, ',');) fields.push_back(field);
    if (fields.size() < 4 || fields[0] != panel || fields[1] != series) continue;
    values[std::strtod(fields[2].c_str(), nullptr)] = std::strtod(fields[3].c_str(), nullptr);
  }
  return values;
}

TEST(Figures, EveryFigureIsDrawnAndTheSameRunGivesTheSameBytes) {
  RunData run = small_run();
  made::add_further_records(run, small());
  const FigureFolder first, second;
  const std::vector<FigureResult> results = draw(run, first);
  draw(run, second);
  ASSERT_EQ(results.size(), figure_names().size());
  for (const FigureResult& each : results) {
    EXPECT_EQ(each.left_out, "") << each.name;
    EXPECT_NE(each.caption, "") << each.name;
    const std::string png = read_file(first.file(each.name + ".png"));
    const std::string svg = read_file(first.file(each.name + ".svg"));
    EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n") << each.name;
    EXPECT_EQ(png_width(png), 1600u) << each.name;
    EXPECT_TRUE(has_file(svg, "<svg") && has_file(svg, "</svg>")) << each.name;
    for (const char* extension : {".png", ".svg", ".csv"}) {
      const std::string file = each.name + extension;
      EXPECT_TRUE(read_file(first.file(file)) == read_file(second.file(file))) << file;
    }
  }
}

TEST(Figures, OfProbesOnRequestAreSpokenOfWhereTheirRecordIsOrTheyAreAskedFor) {
  const FigureFolder folder;
  RunData run = small_run();
  made::add_further_records(run, small());
  draw(run, folder, {"weight_norms", "head_scores"});
  EXPECT_TRUE(folder.has("weight_norms.png"));
  run.records.erase("weight_norms");
  std::map<std::string, std::string> left_out;
  for (const FigureResult& each : draw(run, folder)) left_out[each.name] = each.left_out;
  EXPECT_EQ(left_out.count("weight_norms"), 0U);
  EXPECT_FALSE(folder.has("weight_norms.png"));  // of an earlier record
  EXPECT_EQ(left_out.at("head_scores"), "");
  EXPECT_EQ(draw(run, folder, {"weight_norms"}).at(0).left_out, "no record of weight_norms");
}

// Gradients that the trainer logged were in no figure.
TEST(Figures, GradientsThatTheTrainerLoggedAreDrawnWhereThereIsNoRecord) {
  RunData run = small_run();
  const FigureFolder folder;
  draw(run, folder);
  EXPECT_FALSE(folder.has("gradient_flow.png"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  run.metrics.steps = {0, 50, 100};
  run.metrics.columns = {{"gradient_norm/blocks.0.attn.W_Q", {nan, 3, 6}},
                         {"gradient_norm/blocks.1.attn.W_Q", {nan, 4, 8}},
                         {"gradient_segments/base", {nan, 0.5, 0.25}},
                         {"gradient_segments/rest", {nan, 0.1, 0.1}},
                         {"gradient_segments/selector", {nan, 1, 2}}};
  draw(run, folder);
  const std::string csv = read_file(folder.file("gradient_flow.csv"));
  using Drawn = std::map<double, double>;
  EXPECT_EQ(series_of(csv, "Attention's weights by kind (all layers)", "W_Q"),
            (Drawn{{50, 5}, {100, 10}}));
  const std::string embedding = "Gradient at the embedding by segment";
  EXPECT_EQ(series_of(csv, embedding, "selector"), (Drawn{{50, 1}, {100, 2}}));
  EXPECT_LT(csv.find("selector"), csv.find("rest"));  // by position, what is no span last
  made::add_further_records(run, small());
  draw(run, folder, {"gradient_flow"});
  EXPECT_EQ(read_file(folder.file("gradient_flow.csv")).find(embedding + ",base,50,0.5"),
            std::string::npos);  // the record is drawn where there is one
}

TEST(Figures, GroupsOfWeightsAreRootsOfSumsOfSquares) {
  RunData run = small_run();
  made::add_further_records(run, small());
  const FigureFolder folder;
  draw(run, folder, {"weight_norms"});
  const Record& record = *run.record("weight_norms");
  const SeriesQuantity& norm = record.quantity("norm");
  double squares = 0;
  for (std::size_t i = 0; i < norm.about.axes[0].names.size(); ++i) {
    const bool is_query = norm.about.axes[0].names[i].find("W_Q") != std::string::npos;
    if (is_query) squares += std::pow(norm.mean[i], 2);
  }
  const std::map<double, double> drawn =
      series_of(read_file(folder.file("weight_norms.csv")),
                "Norm of attention's weights (all layers)", "W_Q");
  ASSERT_EQ(drawn.size(), record.steps.size());
  EXPECT_DOUBLE_EQ(drawn.at(0), std::sqrt(squares));
}

TEST(Figures, CsvNumbersEqualTheRecords) {
  const RunData run = small_run();
  const FigureFolder folder;
  draw(run, folder, {"z_shuffle", "attention_to_z"});
  const Record& shuffle = *run.record("z_shuffle");
  const std::map<double, double> gap = series_of(read_file(folder.file("z_shuffle.csv")), "Z gap",
                                                 "loss with another z − loss with its own");
  ASSERT_EQ(gap.size(), shuffle.steps.size());
  for (std::size_t s = 0; s < shuffle.steps.size(); ++s) {
    EXPECT_EQ(gap.at(static_cast<double>(shuffle.steps[s])), shuffle.quantity("z_gap").mean[s]);
  }
  const Record& attention = *run.record("attention_to_z");
  const std::map<double, double> head =
      series_of(read_file(folder.file("attention_to_z.csv")), "Layer 2", "head 1");
  ASSERT_EQ(head.size(), attention.steps.size());
  for (std::size_t s = 0; s < attention.steps.size(); ++s) {
    const std::size_t at = s * 16 + 2 * made::kHeads + 1;
    EXPECT_EQ(head.at(static_cast<double>(attention.steps[s])),
              attention.quantity("attention_to_z").mean[at]);
  }
}

TEST(Figures, OnlyThoseAskedForAreDrawn) {
  const FigureFolder folder;
  const std::vector<FigureResult> results = draw(small_run(), folder, {"candidates"});
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(folder.has("candidates.png"));
  EXPECT_FALSE(folder.has("dashboard.png"));
}

TEST(Figures, WhatATaskLacksIsLeftOutWithItsReason) {
  made::RunOptions options = small();
  options.task = made::Task::kOneSelector;
  const RunData run = made::run(options);
  const FigureFolder folder;
  std::map<std::string, std::string> left_out;
  for (const FigureResult& each : draw(run, folder)) left_out[each.name] = each.left_out;
  EXPECT_EQ(left_out.at("z_shuffle"), "K = 1: no other selector");
  EXPECT_EQ(left_out.at("dashboard"), "");
  EXPECT_FALSE(folder.has("z_shuffle.png"));
  const Drawing page = dashboard({run, find_transitions(run)});
  EXPECT_TRUE(has_file(page_script(page.page, ImageFormat::kPng), "z_shuffle (K = 1: no other"));
}

TEST(Figures, ARunWithoutAnythingHasNoFigures) {
  RunData run;
  run.experiment = "empty";
  const FigureFolder folder;
  for (const FigureResult& each : draw(run, folder)) EXPECT_NE(each.left_out, "") << each.name;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Figures, HostileNamesAreDrawnAndRunNothing) {
  RunData run = small_run();
  const FigureFolder folder;
  const std::string touch = "touch " + folder.file("ran");
  run.experiment = "`" + touch + "` $(" + touch + ") 'q' \"q\" @a_b^{c} 100%\n!" + touch;
  run.task = run.experiment;
  for (std::string& each : run.position_names) each = "`" + touch + "`'%s" + each;
  draw(run, folder, {"dashboard", "causal_patching"});
  EXPECT_TRUE(folder.has("dashboard.png"));
  EXPECT_FALSE(folder.has("ran"));
}

TEST(Figures, ProbesOnHeldOutExamplesAreLabelledSo) {
  RunData run = small_run();
  EXPECT_FALSE(has_file(dashboard({run, {}}).page.subtitle, "held-out"));
  run.records.at("z_shuffle").key.settings = R"({"split":"held_out"})";
  EXPECT_TRUE(has_file(dashboard({run, {}}).page.subtitle, "probes on held-out examples"));
}

// "a checkpoint every 200 steps" was said of runs that were refined to every 4.
TEST(Figures, ARefinedRunSaysWhereItIsDenser) {
  RunData run = small_run();
  EXPECT_TRUE(has_file(dashboard({run, {}}).page.subtitle + "|", "every 100 steps|"));
  run.records["refined"] = made::record_of("refined", "x", {1005, 1010, 1015, 1020, 1025},
                                           std::vector<std::vector<float>>(5, {1, 3}));
  EXPECT_TRUE(has_file(dashboard({run, {}}).page.subtitle,
                       "a checkpoint every 100 steps, every 5 from 1000 to 1025"))
      << dashboard({run, {}}).page.subtitle;
}

TEST(Figures, AnUnknownNameNamesTheNearest) {
  const FigureFolder folder;
  try {
    draw(small_run(), folder, {"candidate"});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    EXPECT_TRUE(has_file(error.what(), "candidates")) << error.what();
  }
}

TEST(Figures, WithoutGnuplotNothingIsWritten) {
  const RunData run = small_run();
  const FigureFolder folder, empty;
  const PathOnly path(empty.path());
  try {
    draw(run, folder);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_TRUE(has_file(error.what(), "apt-get install gnuplot-nox")) << error.what();
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

// A single checkpoint, three, and one whose events never happen: axes must still be axes.
TEST(Figures, FewCheckpointsAreDrawnWithoutAWarning) {
  for (int64_t n_steps : {1, 3}) {
    made::RunOptions options = small();
    options.n_steps = n_steps;
    options.spacing = 1500;
    const RunData run = made::run(options);
    const Drawing page = dashboard({run, find_transitions(run)});
    EXPECT_EQ(run_gnuplot(page_script(page.page, ImageFormat::kPng)).words, "") << n_steps;
  }
}

}  // namespace
}  // namespace kairo
