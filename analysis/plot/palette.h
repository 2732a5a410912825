// Colours and type sizes of every figure, in one place.
//
// Lines: Okabe and Ito's palette ("Color Universal Design", 2008), told apart with any colour
// vision; its yellow is left out because it is too pale on white. Sequential maps: viridis (van der
// Walt and Smith, 2015), even in lightness. Diverging maps: ColorBrewer's RdBu, white at zero.
#pragma once

#include <array>

namespace kairo {

inline constexpr std::array<const char*, 7> kLineColors = {
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};
// After the colours are used up the dashes change. Levels have dashes of their own.
inline constexpr std::array<const char*, 3> kLineDashes = {"1", "(10,4)", "(3,3)"};
inline constexpr const char* kLevelDash = "(6,4)";  // of the links between points
// Levels of one panel take these in turn, so that no two look the same.
inline constexpr std::array<const char*, 4> kLevelDashes = {"(12,5)", "(3,4)", "(10,4,2,4)",
                                                            "(5,3,5,9)"};
inline constexpr const char* kUnfirmDash = "(2,4)";

inline constexpr const char* kInk = "#222222";       // text and axes
inline constexpr const char* kFaintInk = "#555555";  // subtitles, notes, levels without a series
inline constexpr const char* kGrid = "#DDDDDD";
inline constexpr const char* kMark = "#444444";  // steps of events
// Their intervals, "#AARRGGBB" with AA transparency: two tints in turn, so that intervals that
// touch are not taken for one. Bands lie behind curves, bars above a heat map.
inline constexpr std::array<const char*, 2> kMarkBands = {"#D8606080", "#D0B08030"};
inline constexpr std::array<const char*, 2> kMarkBars = {"#80606080", "#80B08030"};
inline constexpr const char* kThinInk = "#A0A0A0";    // thin lines of the many that are not named
inline constexpr const char* kUndefined = "#BDBDBD";  // cells without a value
inline constexpr const char* kBandSample = "#C8C8C8";
inline constexpr const char* kBandAlpha = "C4";  // transparency of a band, hexadecimal: 23 % ink

inline constexpr const char* kSequentialMap =
    "0 '#440154', 1 '#482878', 2 '#3E4989', 3 '#31688E', 4 '#26828E', 5 '#1F9E89', 6 '#35B779', "
    "7 '#6DCD59', 8 '#B4DE2C', 9 '#FDE725'";
inline constexpr const char* kDivergingMap =
    "0 '#053061', 1 '#2166AC', 2 '#4393C3', 3 '#92C5DE', 4 '#D1E5F0', 5 '#FFFFFF', 6 '#FDDBC7', "
    "7 '#F4A582', 8 '#D6604D', 9 '#B2182B', 10 '#67001F'";

inline constexpr const char* kFontName = "DejaVu Sans";
// Pixels; 16 px are 12 pt of a page that is shown at its full size. Pages are 1600 px wide.
inline constexpr double kTextSize = 18;
inline constexpr double kPanelTitleSize = 20;
inline constexpr double kPageTitleSize = 28;

}  // namespace kairo
