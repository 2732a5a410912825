// A panel on a page: how much room it needs around its axes, and its script.
//
//   title
//   key, as many rows as the widest panel of the page's row needs
//   numbers of the marks
//   axes                      [colour scale]
//   tic labels, x label
#pragma once

#include "analysis/plot/canvas.h"
#include "analysis/plot/panel.h"

namespace kairo {

// Pixels between a panel's outer frame and its axes.
struct Margins {
  double left = 0, right = 0, top = 0, bottom = 0;
};

// Rows that the key takes in `width` pixels.
int key_rows(const Panel& panel, double width);

// `rows` of the key, which panels side by side share; axes `width` pixels wide.
Margins margins_of(const Panel& panel, int rows, double width);

struct PanelPlace {
  Frame outer;
  Frame axes;
  // Of the x axis: where it is steps, one for the page, so that panels can be compared downwards.
  Range steps;
};

void draw_panel(Canvas& canvas, const Panel& panel, const PanelPlace& place);

}  // namespace kairo
