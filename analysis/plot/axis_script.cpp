#include "analysis/plot/axis_script.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/plot/gnuplot.h"
#include "analysis/plot/text_width.h"

namespace kairo {
namespace {

constexpr const char* kOutwards = "nomirror out scale 0.6";  // tics
constexpr double kFirstNameLine = 20;  // pixels from the axis to the middle of a name's first line

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& each : lines) text += (text.empty() ? "" : " ") + each;
  return text;
}

double share_of_axis(const XAxis& axis, Range range, double x) {
  return axis.is_log ? std::log(x / range.low) / std::log(range.high / range.low)
                     : (x - range.low) / (range.high - range.low);
}

}  // namespace

std::vector<std::string> tick_texts(const std::vector<double>& ticks) {
  std::vector<std::string> texts;
  for (double each : ticks) texts.push_back(tick_text(each));
  return texts;
}

double widest(const std::vector<std::string>& texts) {
  double width = 0;
  for (const std::string& each : texts) width = std::max(width, text_width(each, kTextSize));
  return width;
}

std::string range_text(Range range) {
  return "[" + gnuplot_number(range.low) + ":" + gnuplot_number(range.high) + "]";
}

void step_axis(Canvas& canvas, const Frame& axes, Range steps) {
  const double label = text_width(tick_text(steps.high), kTextSize) + 13;
  const int most = std::max(1, static_cast<int>(axes.width() / label));
  std::vector<double> ticks;
  for (double each : nice_ticks(steps, most)) {
    if (each >= 0 && each == std::round(each)) ticks.push_back(each);  // a step is a count
  }
  canvas.command("set xrange " + range_text(steps));
  canvas.tics("x", ticks, tick_texts(ticks), kOutwards);
}

std::vector<std::vector<std::string>> tick_name_lines(const Lines& lines, double width) {
  constexpr double kApart = 14;   // pixels between two names
  constexpr double kBeyond = 24;  // that a name may reach beyond an end of the axis
  constexpr std::size_t kMostLines = 3;
  const Range range = x_range(lines);
  std::vector<std::vector<std::string>> result;
  double before = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < lines.x.tick_names.size(); ++i) {
    const double at = width * share_of_axis(lines.x, range, lines.x.ticks[i]);
    const double after = i + 1 == lines.x.ticks.size()
                             ? std::numeric_limits<double>::infinity()
                             : width * share_of_axis(lines.x, range, lines.x.ticks[i + 1]);
    const double room = std::min({at - before - kApart, after - at - kApart, 2 * (at + kBeyond),
                                  2 * (width - at + kBeyond)});
    result.push_back(wrap(lines.x.tick_names[i], room, kTextSize));
    const bool shortened = joined(result.back()) != lines.x.tick_names[i];
    if (shortened || result.back().size() > kMostLines) return {};
    before = at;
  }
  return result;
}

void own_axis(Canvas& canvas, const Lines& lines, const Frame& axes, Range range) {
  constexpr double kTickRoom = 90;  // pixels
  const int most = std::max(2, static_cast<int>(axes.width() / kTickRoom));
  if (lines.x.is_log) canvas.command("set logscale x");
  canvas.command("set xrange " + range_text(range));
  const std::vector<double> ticks = x_ticks(lines, most);
  const auto names = tick_name_lines(lines, axes.width());
  if (names.empty()) {
    const char* turned = lines.x.tick_names.empty() ? "" : " rotate by 90 right";
    canvas.tics("x", ticks, x_tick_texts(lines, most), std::string(kOutwards) + turned);
    return;
  }
  canvas.tics("x", ticks, std::vector<std::string>(ticks.size()), kOutwards);
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double x = axes.left + axes.width() * share_of_axis(lines.x, range, ticks[i]);
    double y = axes.bottom + kFirstNameLine;
    for (const std::string& line : names[i]) {
      canvas.text(x, y, line, {kTextSize, false, kInk, Align::kCentre, false});
      y += kNameLineHeight;
    }
  }
}

void y_axes(Canvas& canvas, const Lines& lines, Range range) {
  if (lines.log_y) canvas.command("set logscale y");
  canvas.command("set yrange " + range_text(range));
  canvas.tics("y", y_ticks(lines), y_tick_texts(lines), kOutwards);
}

}  // namespace kairo
