// What stands inside a panel's axes: lines with bands, and heat maps. `axes` is where they stand on
// the page, `steps` the range of a step axis.
#pragma once

#include <string>
#include <vector>

#include "analysis/plot/canvas.h"
#include "analysis/plot/panel.h"

namespace kairo {

inline constexpr double kScaleGap = 14;    // pixels from a heat map to its colour scale
inline constexpr double kScaleWidth = 16;  // of the colour scale

inline constexpr double kThinWidth = 0.9;  // pixels

// Grey for a style below 0.
Stroke curve_stroke(int style);
Stroke thin_stroke(int style);
// `index`: which level of its panel it is; it decides the dash.
Stroke level_stroke(int style, std::size_t index);

void plot_lines(Canvas& canvas, const Lines& lines, const Frame& axes, Range steps);
void plot_heat_map(Canvas& canvas, const HeatMap& map, const Frame& axes, Range steps);

std::vector<double> scale_ticks(const ColorScale& scale);

}  // namespace kairo
