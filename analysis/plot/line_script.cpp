#include <algorithm>
#include <cmath>

#include "analysis/plot/axis_script.h"
#include "analysis/plot/gnuplot.h"
#include "analysis/plot/plot_script.h"
#include "analysis/plot/text_width.h"

namespace kairo {
namespace {

using Rows = std::vector<std::vector<double>>;

constexpr std::size_t kDottedUpTo = 40;  // points: few enough to show each checkpoint as a dot

// An empty row breaks a line. (gnuplot would join the neighbours of a point that is merely
// missing.)
Rows with_breaks(Rows rows) {
  for (auto& row : rows) {
    const bool defined =
        std::all_of(row.begin(), row.end(), [](double v) { return std::isfinite(v); });
    if (!defined) row.clear();
  }
  return rows;
}

Rows points_of(const Curve& curve) {
  Rows rows;
  for (std::size_t i = 0; i < curve.steps.size(); ++i) rows.push_back({curve.steps[i], curve.y[i]});
  return with_breaks(rows);
}

Rows band_of(const Curve& curve) {
  Rows rows;
  for (std::size_t i = 0; i < curve.half_band.size(); ++i) {
    const double half = curve.half_band[i];
    rows.push_back({curve.steps[i], curve.middle(i) - half, curve.middle(i) + half});
  }
  return with_breaks(rows);
}

// Whether every line of the panel is short enough for dots: on some lines alone they would look
// like a category.
bool all_dotted(const Lines& lines) {
  return std::all_of(lines.curves.begin(), lines.curves.end(), [](const Curve& each) {
    return each.drawn != Drawn::kLine || each.steps.size() <= kDottedUpTo;
  });
}

// Points that need a dot to be seen: all of them with `dotted`, else those between two gaps.
Rows dots_of(const Rows& points, bool dotted) {
  Rows dots;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool alone =
        (i == 0 || points[i - 1].empty()) && (i + 1 == points.size() || points[i + 1].empty());
    if (!points[i].empty() && (dotted || alone)) dots.push_back(points[i]);
  }
  return dots;
}

bool has_rows(const Rows& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const auto& row) { return !row.empty(); });
}

const char* line_color(int style) { return kLineColors[style % kLineColors.size()]; }

// "0xAARRGGBB" of a line's colour, for its band.
std::string band_color(int style) {
  return std::string("#") + kBandAlpha + std::string(line_color(style)).substr(1);
}

std::string stroke_text(const Stroke& stroke) {
  return "linecolor rgb '" + std::string(stroke.color) + "' linewidth " +
         gnuplot_number(stroke.width) + " dashtype " + stroke.dash;
}

void add_band(Canvas& canvas, const Curve& curve, std::vector<std::string>& plots) {
  const Rows band = band_of(curve);
  if (!has_rows(band)) return;
  plots.push_back(canvas.data(band) +
                  " using 1:2:3"
                  " with filledcurves fillstyle solid noborder " +
                  "linecolor rgb '" + band_color(curve.style) + "' notitle");
}

void add_points(Canvas& canvas, const Curve& curve, Known known, const std::string& style,
                std::vector<std::string>& plots) {
  Rows points;
  for (std::size_t i = 0; i < curve.y.size(); ++i) {
    if (curve.known_at(i) == known) points.push_back({curve.steps[i], curve.y[i]});
  }
  points = with_breaks(points);
  if (!has_rows(points)) return;
  plots.push_back(canvas.data(points) + " using 1:2 with points " + style + " linecolor rgb '" +
                  line_color(curve.style) + "' notitle");
}

// From each point that is known only to lie beyond, upwards.
void add_arrows(Canvas& canvas, const Curve& curve, Range y, std::vector<std::string>& plots) {
  Rows arrows;
  for (std::size_t i = 0; i < curve.y.size(); ++i) {
    if (curve.known_at(i) != Known::kAtLeast || !std::isfinite(curve.y[i])) continue;
    arrows.push_back({curve.steps[i], curve.y[i], 0, kArrowShare * (y.high - y.low)});
  }
  if (arrows.empty()) return;
  plots.push_back(canvas.data(arrows) +
                  " using 1:2:3:4 with vectors linewidth 1.4 linecolor rgb '" +
                  line_color(curve.style) + "' notitle");
}

void add_scatter(Canvas& canvas, const Curve& curve, Range y, std::vector<std::string>& plots) {
  if (curve.drawn == Drawn::kLinkedPoints) {
    Curve link = curve;
    for (std::size_t i = 0; i < link.y.size(); ++i) {
      if (link.known_at(i) == Known::kAtLeast) link.y[i] = kUnset;
    }
    const Rows points = points_of(link);
    if (has_rows(points)) {
      plots.push_back(canvas.data(points) + " using 1:2 with lines " +
                      stroke_text({line_color(curve.style), 1.2, kLevelDash}) + " notitle");
    }
  }
  add_points(canvas, curve, Known::kExactly, canvas.lone_dot(), plots);
  add_points(canvas, curve, Known::kUnconfirmed, canvas.ring(), plots);
  add_points(canvas, curve, Known::kAtLeast, canvas.ring(), plots);
  add_arrows(canvas, curve, y, plots);
}

void add_curve(Canvas& canvas, const Curve& curve, bool dotted, std::vector<std::string>& plots) {
  const Rows points = points_of(curve);
  if (!has_rows(points)) return;
  if (curve.drawn == Drawn::kThinLine) {
    const Stroke stroke = thin_stroke(curve.style);
    plots.push_back(canvas.data(points) + " using 1:2 with lines " + stroke_text(stroke) +
                    " notitle");
    return;
  }
  plots.push_back(canvas.data(points) + " using 1:2 with lines " +
                  stroke_text(curve_stroke(curve.style)) + " notitle");
  const Rows dots = dots_of(points, dotted);
  if (dots.empty()) return;
  plots.push_back(canvas.data(dots) + " using 1:2 with points " + canvas.dot() +
                  " linecolor rgb '" + line_color(curve.style) + "' notitle");
}

void draw_levels(Canvas& canvas, const std::vector<Level>& levels, Range range) {
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const Level& level = levels[i];
    if (!(level.y >= range.low && level.y <= range.high)) continue;  // nor where it is NaN
    const std::string y = "first " + gnuplot_number(level.y);
    canvas.command("set arrow from graph 0, " + y + " to graph 1, " + y + " nohead front " +
                   stroke_text(level_stroke(level.style, i)));
  }
}

Curve moved_aside(Curve curve, const XAxis& axis, Range x) {
  if (curve.aside == 0) return curve;
  for (double& each : curve.steps) {
    each = axis.is_log ? each * std::pow(x.high / x.low, curve.aside)
                       : each + (x.high - x.low) * curve.aside;
  }
  return curve;
}

}  // namespace

Stroke curve_stroke(int style) {
  if (style < 0) return {kFaintInk, 2.2, kLineDashes[0]};
  const std::size_t round = static_cast<std::size_t>(style) / kLineColors.size();
  return {line_color(style), 2.2, kLineDashes[round % kLineDashes.size()]};
}

Stroke level_stroke(int style, std::size_t index) {
  const char* dash = kLevelDashes[index % kLevelDashes.size()];
  return {style < 0 ? kFaintInk : line_color(style), 1.6, dash};
}

Stroke thin_stroke(int style) {
  return {style < 0 ? kThinInk : line_color(style), kThinWidth, kLineDashes[0]};
}

void plot_lines(Canvas& canvas, const Lines& lines, const Frame& axes, Range steps) {
  const Range range = y_range(lines);
  if (lines.x.is_steps) {
    step_axis(canvas, axes, steps);
  } else {
    own_axis(canvas, lines, axes, steps);
  }
  y_axes(canvas, lines, range);
  canvas.command(std::string("set grid back linetype 1 linecolor rgb '") + kGrid +
                 "' linewidth 1 dashtype solid");
  canvas.command(std::string("set border 3 linecolor rgb '") + kInk + "' linewidth 1");
  draw_levels(canvas, lines.levels, range);
  std::vector<std::string> plots;
  for (const Curve& each : lines.curves) add_band(canvas, each, plots);
  for (const Curve& each : lines.curves) {
    const Curve curve = moved_aside(each, lines.x, steps);
    if (curve.drawn == Drawn::kPoints || curve.drawn == Drawn::kLinkedPoints) {
      add_scatter(canvas, curve, range, plots);
    } else {
      add_curve(canvas, curve, all_dotted(lines), plots);
    }
  }
  if (plots.empty()) plots.push_back("NaN notitle");
  std::string command = "plot ";
  for (std::size_t i = 0; i < plots.size(); ++i) command += (i > 0 ? ", " : "") + plots[i];
  canvas.command(command);
}

}  // namespace kairo
