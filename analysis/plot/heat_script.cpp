#include <algorithm>
#include <cmath>

#include "analysis/plot/axis_script.h"
#include "analysis/plot/gnuplot.h"
#include "analysis/plot/plot_script.h"
#include "analysis/plot/text_width.h"

namespace kairo {
namespace {

constexpr double kRowNameDistance = 17;     // pixels between the names of rows
constexpr double kColumnNameDistance = 17;  // of columns, whose names stand upright

// Borders of cells: half way between neighbours; the first and last cell end at their own step.
std::vector<double> cell_edges(const HeatMap& map, Range steps) {
  std::vector<double> edges;
  if (!map.column_names.empty()) {
    for (std::size_t i = 0; i <= map.columns(); ++i) edges.push_back(static_cast<double>(i));
    return edges;
  }
  if (map.steps.size() == 1) return {steps.low, steps.high};
  edges.push_back(map.steps.front());
  for (std::size_t i = 1; i < map.steps.size(); ++i) {
    edges.push_back((map.steps[i - 1] + map.steps[i]) / 2);
  }
  edges.push_back(map.steps.back());
  return edges;
}

// `edges` moved to whole pixels of an axis of `pixels` over `range`: an edge inside a pixel would
// mix the colours of its neighbours.
std::vector<double> on_pixels(std::vector<double> edges, Range range, double pixels) {
  const double unit = (range.high - range.low) / pixels;
  for (double& edge : edges) edge = range.low + std::round((edge - range.low) / unit) * unit;
  return edges;
}

// Edges of all cells in axis units, and how much of an axis is one pixel.
struct Edges {
  std::vector<double> x;  // [column + 1]
  std::vector<double> y;  // [row + 1]
  double x_pixel = 0;
  double y_pixel = 0;
};

Edges edges_of(const HeatMap& map, const Frame& axes, Range steps) {
  const bool named = !map.column_names.empty();
  const Range columns = named ? Range{0, static_cast<double>(map.columns())} : steps;
  const Range rows = {0, static_cast<double>(map.row_names.size())};
  Edges edges;
  for (double i = 0; i <= rows.high; ++i) edges.y.push_back(i);
  edges.x = on_pixels(cell_edges(map, steps), columns, axes.width());
  edges.y = on_pixels(edges.y, rows, axes.height());
  edges.x_pixel = (columns.high - columns.low) / axes.width();
  edges.y_pixel = rows.high / axes.height();
  return edges;
}

// One box a cell: centre, x from and to, y from and to, value. A box runs on for a pixel under its
// defined neighbours, which are drawn later: boxes that only touch leave bright seams.
std::vector<std::vector<double>> cells(const HeatMap& map, const Edges& edges) {
  std::vector<std::vector<double>> rows;
  const std::size_t n_rows = map.row_names.size(), n_columns = map.columns();
  const auto is_defined = [&](std::size_t row, std::size_t column) {
    return row < n_rows && column < n_columns && std::isfinite(map.value(row, column));
  };
  for (std::size_t row = 0; row < n_rows; ++row) {
    for (std::size_t column = 0; column < n_columns; ++column) {
      if (!is_defined(row, column)) continue;
      const bool right = is_defined(row, column + 1);
      const bool up = is_defined(row + 1, column) && (!right || is_defined(row + 1, column + 1));
      const double from = edges.x[column], to = edges.x[column + 1] + (right ? edges.x_pixel : 0);
      const double bottom = edges.y[row], top = edges.y[row + 1] + (up ? edges.y_pixel : 0);
      rows.push_back({from, bottom, from, to, bottom, top, map.value(row, column)});
    }
  }
  return rows;
}

// Names at the middle of their cells, every n-th where they would stand too close.
void name_cells(Canvas& canvas, const std::string& axis, const std::vector<std::string>& names,
                double pixels, double distance) {
  const double room = pixels / static_cast<double>(names.size());
  const auto stride = static_cast<std::size_t>(std::max(1.0, std::ceil(distance / room)));
  std::vector<double> places;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < names.size(); i += stride) {
    places.push_back(static_cast<double>(i) + 0.5);
    shown.push_back(names[i]);
  }
  canvas.command("set " + axis + "range [0:" + std::to_string(names.size()) + "]");
  canvas.tics(axis, places, shown,
              std::string("nomirror out scale 0.4") + (axis == "x" ? " rotate by 90 right" : ""));
}

void color_scale(Canvas& canvas, const ColorScale& scale, const Frame& axes) {
  const bool diverging = scale.map == ColorMap::kDiverging;
  canvas.command(std::string("set palette defined (") +
                 (diverging ? kDivergingMap : kSequentialMap) + ")");
  canvas.command("set cbrange " + range_text({scale.low, scale.high}));
  if (!scale.drawn) {
    canvas.command("unset colorbox");
    return;
  }
  const double left = axes.right + kScaleGap;
  canvas.command("set colorbox vertical user origin " + canvas.screen(left, axes.bottom) +
                 " size " + canvas.extent(kScaleWidth, axes.height()) + " noborder");
  const std::vector<std::string> names = tick_texts(scale_ticks(scale));
  canvas.tics("cb", scale_ticks(scale), names, "out scale 0.4");
  canvas.text(left + kScaleWidth + 12 + widest(names) + 15, (axes.top + axes.bottom) / 2,
              shorten(scale.label, axes.height() + 100, kTextSize),
              {kTextSize, false, kInk, Align::kCentre, true});
}

}  // namespace

std::vector<double> scale_ticks(const ColorScale& scale) {
  if (scale.map == ColorMap::kSequential) return nice_ticks({scale.low, scale.high}, kYTicks);
  return {scale.low, scale.low / 2, 0, scale.high / 2, scale.high};  // the ends, and 0 in between
}

void plot_heat_map(Canvas& canvas, const HeatMap& map, const Frame& axes, Range steps) {
  const Edges edges = edges_of(map, axes, steps);
  const std::string rows = std::to_string(map.row_names.size());
  if (map.column_names.empty()) {
    step_axis(canvas, axes, steps);
  } else {
    name_cells(canvas, "x", map.column_names, axes.width(), kColumnNameDistance);
  }
  name_cells(canvas, "y", map.row_names, axes.height(), kRowNameDistance);
  canvas.command(std::string("set border 15 linecolor rgb '") + kInk + "' linewidth 1");
  canvas.command("set object rectangle from first " + gnuplot_number(edges.x.front()) +
                 ", first 0 to first " + gnuplot_number(edges.x.back()) + ", first " + rows +
                 " behind fillstyle solid noborder fillcolor rgb '" + kUndefined + "'");
  color_scale(canvas, map.scale, axes);
  const auto boxes = cells(map, edges);
  if (boxes.empty()) {
    canvas.command("plot -1 notitle");
    return;
  }
  canvas.command("plot " + canvas.data(boxes) +
                 " using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder "
                 "linecolor palette notitle");
}

}  // namespace kairo
