#include "analysis/plot/gnuplot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include "analysis/plot/canvas.h"
#include "core/base/error.h"
#include "tests/analysis/figure_folder.h"

namespace kairo {
namespace {

std::string message_of(const std::string& script, ErrorKind expected) {
  try {
    run_gnuplot(script);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), expected) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

TEST(GnuplotText, HasNoQuoteInsideAndMakesControlCharactersSpaces) {
  EXPECT_EQ(gnuplot_text("it's \"a_b^{c}\" @d `e`"), "'it’s \"a_b^{c}\" @d `e`'");
  EXPECT_EQ(gnuplot_text("a\nb\tc\x7f"), "'a b c '");
  EXPECT_EQ(gnuplot_text(""), "''");
}

TEST(GnuplotText, KeepsUtf8AndReplacesWhatIsNone) {
  EXPECT_EQ(gnuplot_text("± 2 …"), "'± 2 …'");
  EXPECT_EQ(gnuplot_text("a\xff, b\xc3"), "'a?, b?'");
  EXPECT_EQ(gnuplot_text("\xe0\x80\x80"), "'?\?\?'");  // overlong: was handed on
}

TEST(GnuplotText, TicLabelsAreNoNumberFormats) { EXPECT_EQ(gnuplot_tic_text("50%d"), "'50%%d'"); }

TEST(GnuplotNumber, ReadsBackAsTheSameDouble) {
  for (double value : {0.1, 1.0 / 3, -2.5e-300, 123456789.125, 0.0}) {
    EXPECT_EQ(std::strtod(gnuplot_number(value).c_str(), nullptr), value);
  }
  EXPECT_EQ(gnuplot_number(std::nan("")), "NaN");
  EXPECT_EQ(gnuplot_number(std::numeric_limits<double>::infinity()), "NaN");
}

TEST(Gnuplot, ReturnsTheImageAndNoWords) {
  const GnuplotOutput output = run_gnuplot("set terminal pngcairo size 200,100\nplot x\n");
  EXPECT_EQ(output.image.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(output.words, "");
}

TEST(Gnuplot, AnErrorInTheScriptIsIoWithItsWordsInOneLine) {
  const std::string message =
      message_of("set terminal pngcairo\nset nonsense\nplot x\n", ErrorKind::kIo);
  EXPECT_NE(message.find("gnuplot"), std::string::npos) << message;
  EXPECT_NE(message.find("nrecognized option"), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

TEST(Gnuplot, AScriptThatDrawsNothingIsIo) { message_of("set encoding utf8\n", ErrorKind::kIo); }

TEST(Gnuplot, AMissingProgramSaysHowToInstallIt) {
  const FigureFolder empty;
  const PathOnly path(empty.path());
  const std::string message = message_of("plot x\n", ErrorKind::kIo);
  EXPECT_NE(message.find("apt-get install gnuplot-nox"), std::string::npos) << message;
}

// gnuplot ends well where its image could not be written to the end (a full disk, ulimit -f): the
// beginning of a PNG was taken for the figure.
TEST(Gnuplot, ThePartOfAnImageIsNoFigure) {
  const FigureFolder folder;
  const auto draws = [&](const std::string& bytes) {
    std::ofstream(folder.file("gnuplot")) << "#!/bin/sh\nprintf '" << bytes << "'\n";
    std::filesystem::permissions(folder.file("gnuplot"), std::filesystem::perms::owner_all);
  };
  const PathOnly path(folder.path());
  const std::string png = "\\211PNG\\r\\n\\032\\n", svg = "<svg>\\n<g></g>\\n";
  for (const std::string& part : {png, png + "IEND\\256B", svg, std::string("<svg></sv")}) {
    draws(part);
    const std::string message = message_of("plot x\n", ErrorKind::kIo);
    EXPECT_NE(message.find("only the beginning of the figure"), std::string::npos) << message;
  }
  for (const std::string& whole : {png + "IEND\\256B`\\202", svg + "</svg>\\n\\n"}) {
    draws(whole);
    EXPECT_NO_THROW(run_gnuplot("plot x\n")) << whole;
  }
}

// Quotes were doubled once: a name that began with one, or had two together, ended the string.
// The text is drawn as a label and as the name of a tic: no way out of the quotes may exist.
TEST(Gnuplot, TextCannotRunACommand) {
  const FigureFolder folder;
  const std::string touch = "touch " + folder.file("ran");
  const std::vector<std::string> texts = {"`" + touch + "`",
                                          "$(" + touch + ")",
                                          "'; system('" + touch + "')\n!" + touch,
                                          "'; system \"" + touch + "\"; set label '",
                                          "''; system \"" + touch + "\"; set label ''",
                                          "a''; system \"" + touch + "\"; set label ''",
                                          "\n! " + touch,
                                          "@" + touch + " {{{ } # \\",
                                          "<" + touch + "|",
                                          "EOD\n!" + touch + "\n"};
  for (const std::string& text : texts) {
    for (ImageFormat format : {ImageFormat::kPng, ImageFormat::kSvg}) {
      Canvas canvas(format, 1600, 400);
      canvas.begin_plot({50, 1550, 50, 250});
      canvas.text(200, 20, text, {});
      canvas.tics("x", {0.5}, {text}, "");
      canvas.command("plot [0:1][0:1] x notitle");
      EXPECT_NO_THROW(run_gnuplot(canvas.finish())) << text;
      EXPECT_FALSE(folder.has("ran")) << text;
    }
  }
}

TEST(Gnuplot, TheCallersSettingsDoNotChangeTheImage) {
  const std::string script = "set terminal svg size 300,200\nplot [0:1] 0.5*x\n";
  const std::string before = run_gnuplot(script).image;
  setenv("GNUPLOT_DEFAULT_GDFONT", "nowhere", 1);
  setenv("GNUTERM", "dumb", 1);
  EXPECT_EQ(run_gnuplot(script).image, before);
  unsetenv("GNUPLOT_DEFAULT_GDFONT");
  unsetenv("GNUTERM");
}

}  // namespace
}  // namespace kairo
