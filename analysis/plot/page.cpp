#include "analysis/plot/page.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/plot/panel_script.h"
#include "analysis/plot/text_width.h"

namespace kairo {
namespace {

constexpr double kEdge = 36;  // free around the page
constexpr double kInner = kPageWidth - 2 * kEdge;
constexpr double kTitleHeight = 44;
constexpr double kLineHeight = 27;
constexpr double kHeaderGap = 18;
constexpr double kRowTitleHeight = 32;
constexpr double kRowGap = 30;
constexpr double kPanelGap = 40;
constexpr double kNumberWidth = 28;  // of an event's number in the legend

std::vector<std::string> wrapped(const std::vector<std::string>& texts) {
  std::vector<std::string> lines;
  for (const std::string& text : texts) {
    const std::vector<std::string> parts = wrap(text, kInner, kTextSize);
    lines.insert(lines.end(), parts.begin(), parts.end());
  }
  return lines;
}

// The legend of the marks: its heading, then each event's lines.
double events_height(const Page& page) {
  if (page.events.empty()) {
    return static_cast<double>(wrap(page.events_line, kInner, kTextSize).size()) * kLineHeight;
  }
  double lines = 1;
  for (const std::string& event : page.events) {
    lines += static_cast<double>(wrap(event, kInner - kNumberWidth, kTextSize).size());
  }
  return lines * kLineHeight;
}

double header_height(const Page& page) {
  return kTitleHeight + kLineHeight + events_height(page) + kHeaderGap;
}

// A row's panels with their margins and how many pixels their axes have.
struct RowLayout {
  std::vector<Margins> margins;
  std::vector<double> widths;
  double top = 0;  // largest of the margins
  double bottom = 0;
};

double share(const PanelRow& row, std::size_t i) {
  return row.widths.empty() ? 1.0 : row.widths[i];
}

// The axes' width follows from the margins at the sides, which neither the key nor that width
// changes; the margins above and below follow from the width. Whole pixels: cells of heat maps then
// have sharp edges.
RowLayout layout(const PanelRow& row) {
  const std::size_t n = row.panels.size();
  const double free = kInner - kPanelGap * static_cast<double>(n - 1);
  RowLayout result;
  double axes = free, shares = 0;
  for (std::size_t i = 0; i < n; ++i) {
    result.margins.push_back(margins_of(row.panels[i], 0, free / static_cast<double>(n)));
    axes -= result.margins[i].left + result.margins[i].right;
    shares += share(row, i);
  }
  int rows = 0;
  for (std::size_t i = 0; i < n; ++i) {
    result.widths.push_back(std::floor(axes * share(row, i) / shares));
    const Margins& m = result.margins[i];
    rows = std::max(rows, key_rows(row.panels[i], m.left + result.widths[i] + m.right));
  }
  for (std::size_t i = 0; i < n; ++i) {
    result.margins[i] = margins_of(row.panels[i], rows, result.widths[i]);
    result.top = std::max(result.top, result.margins[i].top);
    result.bottom = std::max(result.bottom, result.margins[i].bottom);
  }
  return result;
}

double row_height(const PanelRow& row) {
  const RowLayout placed = layout(row);
  const double title = row.title.empty() ? 0 : kRowTitleHeight;
  return title + placed.top + row.height + placed.bottom + kRowGap;
}

Range steps_of(const std::vector<PanelRow>& rows) {
  bool any = false;
  Range range;
  for (const PanelRow& row : rows) {
    for (const Panel& panel : row.panels) {
      double low = 0, high = 0;
      if (!step_range(panel, low, high)) continue;
      range.low = any ? std::min(range.low, low) : low;
      range.high = any ? std::max(range.high, high) : high;
      any = true;
    }
  }
  if (range.high <= range.low) return {range.low - 1, range.low + 1};
  return range;
}

void draw_row(Canvas& canvas, const PanelRow& row, double top, Range steps) {
  const RowLayout placed = layout(row);
  double left = kEdge;
  for (std::size_t i = 0; i < row.panels.size(); ++i) {
    const Margins& m = placed.margins[i];
    PanelPlace place;
    const auto* lines = std::get_if<Lines>(&row.panels[i].content);
    place.steps = lines != nullptr && !lines->x.is_steps ? x_range(*lines) : steps;
    place.axes.left = std::round(left + m.left);
    place.axes.right = place.axes.left + placed.widths[i];
    place.axes.top = std::round(top + placed.top);
    place.axes.bottom = place.axes.top + row.height;
    place.outer = {left, place.axes.right + m.right, top, place.axes.bottom + m.bottom};
    draw_panel(canvas, row.panels[i], place);
    left = place.outer.right + kPanelGap;
  }
}

bool has_intervals(const Page& page) {
  for (const PanelRow& row : page.rows) {
    for (const Panel& panel : row.panels) {
      for (const Mark& mark : panel.marks) {
        if (std::isfinite(mark.low) && std::isfinite(mark.high)) return true;
      }
    }
  }
  return false;
}

void draw_events(Canvas& canvas, const Page& page, double y) {
  const std::vector<std::string>& events = page.events;
  const TextStyle faint = {kTextSize, false, kFaintInk, Align::kLeft, false};
  if (events.empty()) {
    for (const std::string& line : wrap(page.events_line, kInner, kTextSize)) {
      canvas.text(kEdge, y += kLineHeight, line, {});
    }
    return;
  }
  const std::string shaded =
      has_intervals(page) ? "; shaded, where the event may lie (interval)" : "";
  canvas.text(kEdge, y += kLineHeight, "Events: numbered lines in the panels" + shaded, faint);
  for (std::size_t i = 0; i < events.size(); ++i) {
    bool first = true;
    for (const std::string& line : wrap(events[i], kInner - kNumberWidth, kTextSize)) {
      y += kLineHeight;
      if (first) {
        canvas.text(kEdge, y, std::to_string(i + 1), {kTextSize, true, kMark, Align::kLeft, false});
      }
      canvas.text(kEdge + kNumberWidth, y, line, {});
      first = false;
    }
  }
}

// Headline, events, row titles and notes: all text that belongs to no panel.
void draw_page_text(Canvas& canvas, const Page& page, double height) {
  canvas.begin_plot({0, kPageWidth, 0, height});
  double y = kTitleHeight / 2 + 6;
  canvas.text(kEdge, y, shorten(page.title, kInner, kPageTitleSize, true),
              {kPageTitleSize, true, kInk, Align::kLeft, false});
  y = kTitleHeight + kLineHeight / 2;
  canvas.text(kEdge, y, shorten(page.subtitle, kInner, kTextSize),
              {kTextSize, false, kFaintInk, Align::kLeft, false});
  draw_events(canvas, page, y);
  y = header_height(page);
  for (const PanelRow& row : page.rows) {
    if (!row.title.empty()) {
      canvas.text(kEdge, y + kRowTitleHeight / 2, shorten(row.title, kInner, kPanelTitleSize, true),
                  {kPanelTitleSize, true, kInk, Align::kLeft, false});
    }
    y += row_height(row);
  }
  for (const std::string& line : wrapped(page.notes)) {
    canvas.text(kEdge, y + kLineHeight / 2, line,
                {kTextSize, false, kFaintInk, Align::kLeft, false});
    y += kLineHeight;
  }
  canvas.end_without_data();
}

// Steps of the panels that share one axis.
Range shared_steps(const Page& page) {
  std::vector<PanelRow> rows;
  for (const PanelRow& row : page.rows) {
    if (!row.is_zoomed) rows.push_back(row);
  }
  return steps_of(rows);
}

bool is_curve(const KeyItem& item) {
  return item.sample == KeyItem::Sample::kLine || item.sample == KeyItem::Sample::kThinLine ||
         item.sample == KeyItem::Sample::kPoint;
}

// What need not be repeated: curves only if all of the panel's are known, or one colour would seem
// to have no name.
std::vector<KeyItem> known_of(const std::vector<KeyItem>& items, std::vector<KeyItem> seen) {
  const bool all_curves = std::all_of(items.begin(), items.end(), [&](const KeyItem& item) {
    return !is_curve(item) || std::find(seen.begin(), seen.end(), item) != seen.end();
  });
  if (!all_curves) seen.erase(std::remove_if(seen.begin(), seen.end(), is_curve), seen.end());
  return seen;
}

Page with_keys_once(Page page) {
  std::vector<KeyItem> seen;
  for (PanelRow& row : page.rows) {
    for (Panel& panel : row.panels) {
      panel.in_earlier_keys.clear();
      const std::vector<KeyItem> items = key_items(panel);
      panel.in_earlier_keys = known_of(items, seen);
      seen.insert(seen.end(), items.begin(), items.end());
    }
  }
  return page;
}

double height_of(const Page& page) {
  double height = header_height(page);
  for (const PanelRow& row : page.rows) height += row_height(row);
  return height + static_cast<double>(wrapped(page.notes).size()) * kLineHeight + kEdge / 2;
}

}  // namespace

double page_height(const Page& page) { return height_of(with_keys_once(page)); }

std::string page_script(const Page& given, ImageFormat format) {
  const Page page = with_keys_once(given);
  Canvas canvas(format, kPageWidth, height_of(page));
  draw_page_text(canvas, page, height_of(page));
  const Range steps = shared_steps(page);
  double y = header_height(page);
  for (const PanelRow& row : page.rows) {
    draw_row(canvas, row, y + (row.title.empty() ? 0 : kRowTitleHeight),
             row.is_zoomed ? steps_of({row}) : steps);
    y += row_height(row);
  }
  return canvas.finish();
}

}  // namespace kairo
