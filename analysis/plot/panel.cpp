#include "analysis/plot/panel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>

namespace kairo {
namespace {

bool has_band(const Lines& lines) {
  return std::any_of(lines.curves.begin(), lines.curves.end(),
                     [](const Curve& each) { return !each.half_band.empty(); });
}

bool has_points(const Lines& lines, Known known) {
  return std::any_of(lines.curves.begin(), lines.curves.end(), [&](const Curve& curve) {
    for (std::size_t i = 0; i < curve.y.size(); ++i) {
      if (std::isfinite(curve.y[i]) && curve.known_at(i) == known) return true;
    }
    return false;
  });
}

// Widens `range` by what is finite.
void include(double value, Range& range) {
  if (!std::isfinite(value)) return;
  range.low = std::min(range.low, value);
  range.high = std::max(range.high, value);
}

Range data_range(const Lines& lines) {
  Range range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const Curve& curve : lines.curves) {
    for (std::size_t i = 0; i < curve.y.size(); ++i) {
      include(curve.y[i], range);
      if (curve.half_band.empty()) continue;
      include(curve.middle(i) - curve.half_band[i], range);
      include(curve.middle(i) + curve.half_band[i], range);
    }
  }
  for (const Level& level : lines.levels) include(level.y, range);
  return range.low > range.high ? Range{0, 1} : range;
}

// Whole powers of ten around all that is drawn.
Range decades(const Lines& lines) {
  const Range data = data_range(lines);
  const double low = std::isnan(lines.y_low) ? data.low : lines.y_low;
  const double high = std::isnan(lines.y_high) ? data.high : lines.y_high;
  if (!(low > 0)) return {0.1, 1};
  const double first = std::floor(std::log10(low) + 1e-9);
  const double last = std::ceil(std::log10(std::max(low, high)) - 1e-9);
  return {std::pow(10, first), std::pow(10, std::max(last, first + 1))};
}

// "10⁻⁵" for -5.
std::string power_text(long power) {
  static const std::array<const char*, 10> raised = {"⁰", "¹", "²", "³", "⁴",
                                                     "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = power < 0 ? "10⁻" : "10";
  for (char digit : std::to_string(std::abs(power))) text += raised[digit - '0'];
  return text;
}

KeyItem::Sample sample_of(Drawn drawn) {
  switch (drawn) {
    case Drawn::kThinLine:
      return KeyItem::Sample::kThinLine;
    case Drawn::kPoints:
    case Drawn::kLinkedPoints:
      return KeyItem::Sample::kPoint;
    case Drawn::kLine:
      break;
  }
  return KeyItem::Sample::kLine;
}

// -1 where curves of several styles share an entry of the key.
int key_style(const Curve& curve, const std::vector<Curve>& all) {
  const bool one = std::all_of(all.begin(), all.end(), [&](const Curve& each) {
    return each.shared_name != curve.shared_name || each.style == curve.style;
  });
  return one || curve.shared_name.empty() ? curve.style : -1;
}

std::vector<KeyItem> all_key_items(const Panel& panel) {
  using Sample = KeyItem::Sample;
  if (const auto* map = std::get_if<HeatMap>(&panel.content)) {
    if (!has_undefined_cells(*map)) return {};
    return {{Sample::kUndefined, "undefined", 0, 0}};
  }
  const Lines& lines = std::get<Lines>(panel.content);
  std::vector<KeyItem> items;
  std::set<std::string> shared;
  for (const Curve& each : lines.curves) {
    if (!each.shared_name.empty() && !shared.insert(each.shared_name).second) continue;
    const std::string& name = each.shared_name.empty() ? each.name : each.shared_name;
    items.push_back({sample_of(each.drawn), name, key_style(each, lines.curves), 0});
  }
  for (std::size_t i = 0; i < lines.levels.size(); ++i) {
    items.push_back({Sample::kLevel, lines.levels[i].name, lines.levels[i].style, i});
  }
  if (has_band(lines)) items.push_back({Sample::kBand, lines.band_name, 0, 0});
  if (has_points(lines, Known::kUnconfirmed)) {
    items.push_back({Sample::kUnconfirmed, "unconfirmed", 0, 0});
  }
  if (has_points(lines, Known::kAtLeast)) {
    items.push_back({Sample::kAtLeast, "not reached by the run's end", 0, 0});
  }
  return items;
}

}  // namespace

bool has_undefined_cells(const HeatMap& map) {
  return std::any_of(map.values.begin(), map.values.end(), [](double v) { return std::isnan(v); });
}

bool step_range(const Panel& panel, double& low, double& high) {
  std::vector<double> steps;
  if (const auto* map = std::get_if<HeatMap>(&panel.content)) {
    steps = map->steps;
  } else if (std::get<Lines>(panel.content).x.is_steps) {
    for (const Curve& curve : std::get<Lines>(panel.content).curves) {
      steps.insert(steps.end(), curve.steps.begin(), curve.steps.end());
    }
  }
  if (steps.empty()) return false;
  const auto [least, most] = std::minmax_element(steps.begin(), steps.end());
  low = *least;
  high = *most;
  return true;
}

Range y_range(const Lines& lines) {
  if (lines.log_y) return decades(lines);
  Range range = data_range(lines);
  // An axis that starts just above zero exaggerates; from zero the eye compares lengths.
  if (range.low > 0 && std::isnan(lines.y_low)) range.low = 0;
  if (range.high < 0 && std::isnan(lines.y_high)) range.high = 0;
  if (!std::isnan(lines.y_low)) range.low = lines.y_low;
  if (!std::isnan(lines.y_high)) range.high = lines.y_high;
  if (range.high <= range.low) range.high = range.low + 1;
  const double margin =
      (has_points(lines, Known::kAtLeast) ? kArrowShare + 0.04 : 0.04) * (range.high - range.low);
  if (std::isnan(lines.y_high) && range.high != 0) range.high += margin;
  if (std::isnan(lines.y_low) && range.low != 0) range.low -= margin;
  return range;
}

Range x_range(const Lines& lines) {
  Range range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const Curve& curve : lines.curves) {
    for (double each : curve.steps) include(each, range);
  }
  for (double each : lines.x.ticks) include(each, range);
  if (range.low > range.high) range = {1, 2};
  if (lines.x.is_log) {
    const double factor = std::pow(std::max(range.high / range.low, 1.5), 0.06);
    return {range.low / factor, range.high * factor};
  }
  const bool is_line = std::any_of(lines.curves.begin(), lines.curves.end(),
                                   [](const Curve& each) { return each.drawn == Drawn::kLine; });
  // Of named places, so much that the outer names stand below the axis.
  const double named = static_cast<double>(lines.x.tick_names.size());
  const double share = std::max(0.06, named > 1 ? 0.4 / (named - 1) : 0);
  double margin = share * (range.high - range.low);
  if (!(margin > 0)) margin = 0.5;
  // Curves begin at the axis itself; points would be cut by it.
  return is_line && range.low == 0 ? Range{0, range.high + margin / 6}
                                   : Range{range.low - margin, range.high + margin};
}

std::vector<double> x_ticks(const Lines& lines, int most) {
  return lines.x.ticks.empty() ? nice_ticks(x_range(lines), most) : lines.x.ticks;
}

std::vector<std::string> x_tick_texts(const Lines& lines, int most) {
  if (!lines.x.tick_names.empty()) return lines.x.tick_names;
  std::vector<std::string> texts;
  for (double each : x_ticks(lines, most)) texts.push_back(tick_text(each));
  return texts;
}

std::vector<double> y_ticks(const Lines& lines) {
  const Range range = y_range(lines);
  if (!lines.log_y) return nice_ticks(range, kYTicks);
  const int first = static_cast<int>(std::lround(std::log10(range.low)));
  const int last = static_cast<int>(std::lround(std::log10(range.high)));
  const int stride = 1 + (last - first) / (2 * kYTicks);
  std::vector<double> ticks;
  for (int power = first; power <= last; power += stride) ticks.push_back(std::pow(10, power));
  return ticks;
}

std::vector<std::string> y_tick_texts(const Lines& lines) {
  std::vector<std::string> texts;
  for (double tick : y_ticks(lines)) {
    texts.push_back(lines.log_y ? power_text(std::lround(std::log10(tick))) : tick_text(tick));
  }
  return texts;
}

std::vector<double> nice_ticks(Range range, int most) {
  const double width = range.high - range.low;
  if (!(width > 0) || !std::isfinite(width)) return {range.low};
  const double rough = width / std::max(1, most);
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= rough * (1 - 1e-9)) step = factor * power;
  }
  std::vector<double> ticks;
  const double first = std::ceil(range.low / step - 1e-9);
  for (double i = first; i * step <= range.high + 1e-9 * width; ++i) ticks.push_back(i * step);
  return ticks;
}

std::string tick_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value == 0 ? 0.0 : value);
  return text;
}

std::vector<KeyItem> key_items(const Panel& panel) {
  std::vector<KeyItem> items = all_key_items(panel);
  const std::vector<KeyItem>& known = panel.in_earlier_keys;
  const auto is_known = [&](const KeyItem& item) {
    return std::find(known.begin(), known.end(), item) != known.end();
  };
  items.erase(std::remove_if(items.begin(), items.end(), is_known), items.end());
  return items;
}

}  // namespace kairo
