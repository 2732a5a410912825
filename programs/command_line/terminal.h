// What programs show on a terminal: its width, and a block of lines redrawn at its bottom.
//
// A dumb terminal (TERM unset, empty or "dumb") cannot move its cursor, and NO_COLOR (if not empty,
// https://no-color.org) asks for plain text: both get no control character at all.
// Thread rule: any thread; one block at a time.
#pragma once

#include <string>
#include <vector>

namespace kairo {

// Columns of the terminal on this file descriptor (STDERR_FILENO), else $COLUMNS, else 80. Ask
// again before each redraw: a window changes its size.
int terminal_width(int descriptor);

// Standard error is a terminal on which lines can be redrawn and coloured.
bool can_redraw();

// Draws the lines on standard error in place of those drawn last, each cut to the width.
void draw_status(const std::vector<std::string>& lines);
// Removes what draw_status drew, so that other text can follow. Nothing if nothing is drawn.
void clear_status();

}  // namespace kairo
