// A page: a headline, rows of panels, and notes, 1600 pixels wide and as high as its rows need.
// An entry of the key stands in the first panel that has it and is not repeated.
// One page is the one source of a figure's PNG, SVG and CSV.
#pragma once

#include <string>
#include <vector>

#include "analysis/plot/canvas.h"
#include "analysis/plot/panel.h"

namespace kairo {

inline constexpr double kPageWidth = 1600;  // pixels

struct PanelRow {
  std::vector<Panel> panels;  // axes side by side, in the ratio of `widths` (empty: equal)
  std::vector<double> widths;
  double height = 300;     // of the axes, pixels
  std::string title;       // over the whole row; may be empty
  bool is_zoomed = false;  // its step axes cover its own steps, not those of the page
};

struct Page {
  std::string title;
  std::string subtitle;
  std::vector<std::string> events;  // [number - 1]: what the numbered marks mean
  std::string events_line;          // the same in one line, where there is no room for `events`
  std::vector<PanelRow> rows;
  std::vector<std::string> notes;  // below the panels, e.g. what is left out and why
};

// Pixels.
double page_height(const Page& page);

// The whole gnuplot script with its data. The same page gives the same bytes.
std::string page_script(const Page& page, ImageFormat format);

// Every number drawn: panel,series,x,value,low,high. A heat map's series are its rows and its x the
// step or the column's name; low and high are the band's ends. Undefined numbers are empty; of a
// point that is only known to lie beyond a number, that number is its low. Numbers read back as the
// same double.
std::string page_csv(const Page& page);

}  // namespace kairo
