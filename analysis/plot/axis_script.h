// The axes of a line panel and their tics. `axes` is where they stand on the page.
#pragma once

#include <string>
#include <vector>

#include "analysis/plot/canvas.h"
#include "analysis/plot/panel.h"

namespace kairo {

inline constexpr double kNameLineHeight = 22;  // pixels, of a name below its tick

// Range and tics of the x axis of steps, as many as have room.
void step_axis(Canvas& canvas, const Frame& axes, Range steps);
// Of the panel's own x axis.
void own_axis(Canvas& canvas, const Lines& lines, const Frame& axes, Range range);
void y_axes(Canvas& canvas, const Lines& lines, Range range);

std::vector<std::string> tick_texts(const std::vector<double>& ticks);
// Pixels of the widest.
double widest(const std::vector<std::string>& texts);
// The names on a panel's own x axis, `width` pixels long, in lines [name][line] below their ticks;
// empty where there are none, or no room for them: then they stand upright.
std::vector<std::vector<std::string>> tick_name_lines(const Lines& lines, double width);
// "[0:1]"
std::string range_text(Range range);

}  // namespace kairo
