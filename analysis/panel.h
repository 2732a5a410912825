// A panel: one set of axes with its data, before anything is drawn. Figures build panels, pages
// place them; a panel looks the same in its own figure and on the dashboard.
#pragma once

#include <limits>
#include <string>
#include <variant>
#include <vector>

namespace kairo {

inline constexpr double kUnset = std::numeric_limits<double>::quiet_NaN();

// One line over training steps. A NaN in `y` is a gap.
struct Curve {
  std::string name;               // as the key prints it
  std::vector<double> steps;      // ascending
  std::vector<double> y;          // [step]
  std::vector<double> half_band;  // [step]: the band is y ± this; empty: no band
  int style = 0;                  // which colour and dash of the palette
  std::string shared_name;        // "closed form": the one entry in the key of all that have it
  bool on_right = false;          // read on the right axis; not beside a logarithmic one
};

// A horizontal line: a chance level, a floor, a threshold.
struct Level {
  std::string name;
  double y = 0;
  int style = -1;  // of the curve that it bounds; -1: grey
};

struct Lines {
  std::vector<Curve> curves;
  std::vector<Level> levels;
  std::string band_name;  // what the bands are: "± 2 standard errors over 256 examples"
  double y_low = kUnset;  // of the axis; unset: from the data
  double y_high = kUnset;
  bool log_y = false;       // values must be positive
  std::string right_label;  // with units, where some curve is on the right axis
};

enum class ColorMap { kSequential, kDiverging };

struct ColorScale {
  ColorMap map = ColorMap::kSequential;
  double low = 0;
  double high = 1;
  std::string label;  // with units
  bool drawn = true;  // false where a neighbour draws the scale that both share
};

// Cells over steps (`steps` filled) or over named columns (`column_names` filled). NaN: undefined,
// drawn grey and said so.
struct HeatMap {
  std::vector<std::string> row_names;  // bottom to top
  std::vector<double> steps;           // [column], ascending
  std::vector<std::string> column_names;
  std::vector<double> values;  // [row, column]
  ColorScale scale;

  std::size_t columns() const { return column_names.empty() ? steps.size() : column_names.size(); }
  double value(std::size_t row, std::size_t column) const {
    return values[row * columns() + column];
  }
};

// The step of an event, a thin vertical line with a number above the axes.
struct Mark {
  double step = 0;
  std::string label;
  bool firm = true;  // false: unconfirmed, drawn dotted
};

struct Panel {
  std::string title;
  std::string x_label;
  std::string y_label;  // with units
  std::variant<Lines, HeatMap> content;
  std::vector<Mark> marks;  // passed over where columns are named
};

bool has_undefined_cells(const HeatMap& map);
// Lowest and highest training step drawn; false where the panel has no step axis or no data.
bool step_range(const Panel& panel, double& low, double& high);
// The y axis of a line panel: what is set, else all data, bands and levels with a margin, and 0 if
// near.
struct Range {
  double low = 0;
  double high = 1;
};
Range y_range(const Lines& lines);
// The right axis is the left one times this, so that both have their zero at one height; the least
// power of ten times 1, 2 or 5 with room for every curve on the right. 1 where there is none, or
// the left axis does not reach above zero.
double right_scale(const Lines& lines);
// Of the y axis: powers of ten where it is logarithmic.
std::vector<double> y_ticks(const Lines& lines);
// "0.25"; on a logarithmic axis "10⁻⁵".
std::vector<std::string> y_tick_texts(const Lines& lines);
// Multiples of 1, 2 or 5 times a power of ten inside [low, high], at most `most` + 1 of them.
std::vector<double> nice_ticks(Range range, int most);
// "0.25", "20000"
std::string tick_text(double value);

inline constexpr int kYTicks = 5;  // about so many at most on a y axis or colour scale

// What the key says, in order.
struct KeyItem {
  enum class Sample { kLine, kLevel, kBand, kUndefined } sample = Sample::kLine;
  std::string name;
  int style = 0;
};
std::vector<KeyItem> key_items(const Panel& panel);

}  // namespace kairo
