#include "analysis/plot/panel_script.h"

#include <algorithm>
#include <cmath>

#include "analysis/plot/axis_script.h"
#include "analysis/plot/gnuplot.h"
#include "analysis/plot/plot_script.h"
#include "analysis/plot/text_width.h"

namespace kairo {
namespace {

constexpr double kPanelTitleHeight = 32;
constexpr double kKeyRowHeight = 26;
constexpr double kLeaderHeight = 9;     // from a mark's number to its line
constexpr double kMarkTextHeight = 22;  // of a mark's number
constexpr double kIntervalBar = 6;      // height of an interval above a heat map
constexpr double kSampleWidth = 30;
constexpr double kKeyGap = 22;  // between items
constexpr double kSampleGap = 8;
constexpr double kLabelHeight = 29;  // an axis label with its distance
constexpr double kTicLabelHeight = 36;
constexpr double kTicGap = 22;  // between an axis and its tics' names, and from these to the label
constexpr double kHalfTicLabel = 34;  // at least: a step's label reaches beyond the axis' end
constexpr double kMarkDistance = 19;  // of the numbers of two marks

// Key items from left to right, broken into rows: x of each and its row.
struct KeyPlace {
  double x = 0;
  int row = 0;
  double text_width = 0;
};

std::vector<KeyPlace> place_key(const std::vector<KeyItem>& items, double width) {
  std::vector<KeyPlace> places;
  double x = 0;
  int row = 0;
  for (const KeyItem& item : items) {
    const double most = width - kSampleWidth - kSampleGap;
    const double text = std::min(most, text_width(item.name, kTextSize));
    if (x > 0 && x + kSampleWidth + kSampleGap + text > width) {
      x = 0;
      ++row;
    }
    places.push_back({x, row, text});
    x += kSampleWidth + kSampleGap + text + kKeyGap;
  }
  return places;
}

void draw_sample(Canvas& canvas, const KeyItem& item, double x, double y) {
  using Sample = KeyItem::Sample;
  if (item.sample == Sample::kBand || item.sample == Sample::kUndefined) {
    canvas.box({x, x + kSampleWidth, y - 7, y + 7},
               item.sample == Sample::kBand ? kBandSample : kUndefined);
    return;
  }
  const double middle = x + kSampleWidth / 2;
  const auto sign = [&](const char* text, const char* color) {
    canvas.text(middle, y, text, {kTextSize, false, color, Align::kCentre, false});
  };
  switch (item.sample) {
    case Sample::kPoint:
      sign("●", curve_stroke(item.style).color);
      return;
    case Sample::kUnconfirmed:
      sign("○", kInk);
      return;
    case Sample::kAtLeast:
      sign("○↑", kInk);
      return;
    case Sample::kThinLine:
      canvas.line(x, y, x + kSampleWidth, y, thin_stroke(item.style));
      return;
    default:
      break;
  }
  const Stroke stroke =
      item.sample == Sample::kLine ? curve_stroke(item.style) : level_stroke(item.style, item.dash);
  canvas.line(x, y, x + kSampleWidth, y, stroke);
}

void draw_key(Canvas& canvas, const Panel& panel, const Frame& outer) {
  const std::vector<KeyItem> items = key_items(panel);
  const std::vector<KeyPlace> places = place_key(items, outer.width());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const double x = outer.left + places[i].x;
    const double y = outer.top + kPanelTitleHeight + (places[i].row + 0.5) * kKeyRowHeight;
    draw_sample(canvas, items[i], x, y);
    // One pixel more than measured: rounding must not shorten what fits.
    const std::string name = shorten(items[i].name, places[i].text_width + 1, kTextSize);
    canvas.text(x + kSampleWidth + kSampleGap, y, name, {});
  }
}

double step_to_pixel(double step, const PanelPlace& place) {
  const double share = (step - place.steps.low) / (place.steps.high - place.steps.low);
  return place.axes.left + share * place.axes.width();
}

// Ascending places at least `distance` apart, as near to `wanted` as can be (least squares: what
// would be too close is pooled and centred).
std::vector<double> spread(const std::vector<double>& wanted, double distance) {
  struct Pool {
    double mean;
    double count;
  };
  std::vector<Pool> pools;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    Pool pool{wanted[i] - static_cast<double>(i) * distance, 1};
    while (!pools.empty() && pools.back().mean >= pool.mean) {
      const Pool& before = pools.back();
      const double count = before.count + pool.count;
      pool = {(before.mean * before.count + pool.mean * pool.count) / count, count};
      pools.pop_back();
    }
    pools.push_back(pool);
  }
  std::vector<double> places;
  for (const Pool& pool : pools) {
    for (double i = 0; i < pool.count; ++i) {
      places.push_back(pool.mean + static_cast<double>(places.size()) * distance);
    }
  }
  return places;
}

std::vector<Mark> visible_marks(const Panel& panel, Range steps) {
  std::vector<Mark> marks;
  for (const Mark& mark : panel.marks) {
    if (mark.step >= steps.low && mark.step <= steps.high) marks.push_back(mark);
  }
  std::stable_sort(marks.begin(), marks.end(),
                   [](const Mark& a, const Mark& b) { return a.step < b.step; });
  return marks;
}

// The interval of each mark: a light band behind curves, a bar above a heat map, whose cells would
// hide it.
void draw_intervals(Canvas& canvas, const std::vector<Mark>& marks, const PanelPlace& place,
                    bool on_map) {
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const Mark& mark = marks[i];
    if (!std::isfinite(mark.low) || !std::isfinite(mark.high)) continue;
    const double left = step_to_pixel(std::max(mark.low, place.steps.low), place);
    const double right = step_to_pixel(std::min(mark.high, place.steps.high), place);
    if (right <= left) continue;
    const double top = place.axes.top;
    canvas.box({left, right, on_map ? top - kIntervalBar : top, on_map ? top : place.axes.bottom},
               (on_map ? kMarkBars : kMarkBands)[i % 2]);
  }
}

// A line for each mark, and above the axes its number, led aside where numbers would overlap.
void draw_marks(Canvas& canvas, const Panel& panel, const PanelPlace& place) {
  const std::vector<Mark> marks = visible_marks(panel, place.steps);
  const bool on_map = std::holds_alternative<HeatMap>(panel.content);
  draw_intervals(canvas, marks, place, on_map);
  std::vector<double> lines;
  for (const Mark& mark : marks) lines.push_back(step_to_pixel(mark.step, place));
  std::vector<double> numbers = spread(lines, kMarkDistance);
  const double beyond = numbers.empty() ? 0 : numbers.back() - (place.outer.right - 6);
  for (double& each : numbers) each -= std::max(0.0, beyond);
  const double top = place.axes.top;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (on_map) canvas.line(lines[i], top, lines[i], place.axes.bottom, {"#FFFFFF", 1.8, "1"});
    const char* dash = marks[i].firm ? "1" : kUnfirmDash;
    canvas.line(lines[i], top, lines[i], place.axes.bottom, {kMark, on_map ? 0.8 : 1.2, dash});
    canvas.line(numbers[i], top - kLeaderHeight, lines[i], top, {kMark, 1.2, "1"});
    canvas.text(numbers[i], top - kLeaderHeight - kMarkTextHeight / 2, marks[i].label,
                {kTextSize, true, kMark, Align::kCentre, false});
  }
}

// The label of a y axis.
void draw_upwards(Canvas& canvas, const std::string& label, double x, const Frame& axes) {
  if (label.empty()) return;
  canvas.text(x, (axes.top + axes.bottom) / 2, shorten(label, axes.height() + 60, kTextSize),
              {kTextSize, false, kInk, Align::kCentre, true});
}

double scale_room(const ColorScale& scale) {
  if (!scale.drawn) return kScaleGap;
  return kScaleGap + kScaleWidth + 12 + widest(tick_texts(scale_ticks(scale))) + kLabelHeight;
}

// Pixels by which the widest number below an axis may reach beyond its end.
double half_tick(const Lines& lines) {
  if (!lines.x.tick_names.empty()) return 0;
  return widest(x_tick_texts(lines, 2)) / 2 + 4;
}

// Pixels that names on an x axis take more than numbers would.
double names_below(const Lines& lines, double width) {
  if (lines.x.tick_names.empty()) return 0;
  const auto names = tick_name_lines(lines, width);
  if (names.empty()) return widest(lines.x.tick_names) + 14 - kTicLabelHeight;
  std::size_t most = 1;
  for (const auto& each : names) most = std::max(most, each.size());
  return static_cast<double>(most - 1) * kNameLineHeight;
}

}  // namespace

int key_rows(const Panel& panel, double width) {
  const std::vector<KeyPlace> places = place_key(key_items(panel), width);
  return places.empty() ? 0 : places.back().row + 1;
}

Margins margins_of(const Panel& panel, int rows, double width) {
  Margins margins;
  const double numbers = panel.marks.empty() ? 0 : kMarkTextHeight;
  margins.top = kPanelTitleHeight + rows * kKeyRowHeight + kLeaderHeight + numbers;
  margins.bottom = kTicLabelHeight + kLabelHeight;
  const double y_label = panel.y_label.empty() ? 0 : kLabelHeight;
  if (const auto* map = std::get_if<HeatMap>(&panel.content)) {
    margins.left = y_label + widest(map->row_names) + kTicGap;
    margins.right = scale_room(map->scale);
    if (!map->column_names.empty()) {
      margins.bottom = widest(map->column_names) + 14 + kLabelHeight;
    } else {
      margins.right = std::max(margins.right, kHalfTicLabel);
    }
  } else {
    const Lines& lines = std::get<Lines>(panel.content);
    margins.left = y_label + widest(y_tick_texts(lines)) + kTicGap;
    margins.right = std::max(kHalfTicLabel, half_tick(lines));
    margins.bottom += names_below(lines, width);
  }
  return margins;
}

void draw_panel(Canvas& canvas, const Panel& panel, const PanelPlace& place) {
  canvas.begin_plot(place.axes);
  const Frame& outer = place.outer;
  canvas.text(outer.left, outer.top + kPanelTitleHeight / 2,
              shorten(panel.title, outer.width(), kPanelTitleSize, true),
              {kPanelTitleSize, true, kInk, Align::kLeft, false});
  draw_key(canvas, panel, outer);
  canvas.text((place.axes.left + place.axes.right) / 2, outer.bottom - kLabelHeight / 2,
              panel.x_label, {kTextSize, false, kInk, Align::kCentre, false});
  draw_upwards(canvas, panel.y_label, outer.left + kLabelHeight / 2, place.axes);
  if (const auto* map = std::get_if<HeatMap>(&panel.content)) {
    if (map->column_names.empty()) draw_marks(canvas, panel, place);
    plot_heat_map(canvas, *map, place.axes, place.steps);
  } else {
    draw_marks(canvas, panel, place);
    const Lines& lines = std::get<Lines>(panel.content);
    plot_lines(canvas, lines, place.axes, place.steps);
  }
}

}  // namespace kairo
