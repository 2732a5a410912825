// Whether gnuplot can draw text. Without a font it draws every figure without a word and ends well.
#pragma once

namespace kairo {

// Says so on standard error, with the package that helps, if figures will be without text. Silent
// if gnuplot cannot be run: drawing a figure then fails with the reason.
void warn_without_fonts();

}  // namespace kairo
