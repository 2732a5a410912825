// A panel: one set of axes with its data, before anything is drawn. Figures build panels, pages
// place them; a panel looks the same in its own figure and on the dashboard.
#pragma once

#include <limits>
#include <string>
#include <variant>
#include <vector>

namespace kairo {

inline constexpr double kUnset = std::numeric_limits<double>::quiet_NaN();

enum class Drawn {
  kLine,
  kThinLine,      // one of several behind a line of their own, e.g. a seed's
  kPoints,        // with nothing between them
  kLinkedPoints,  // a dashed line links those that are known
};

// What is known of a point.
enum class Known {
  kExactly,
  kUnconfirmed,  // drawn open
  kAtLeast,      // drawn open with an arrow upwards: beyond `y`, and not known how far
};

// One line over training steps, or over the panel's own x axis. A NaN in `y` is a gap.
struct Curve {
  std::string name;               // as the key prints it
  std::vector<double> steps;      // ascending but for kPoints
  std::vector<double> y;          // [step]
  std::vector<double> half_band;  // [step]: the band is y ± this; empty: no band
  int style = 0;                  // which colour and dash of the palette
  std::string shared_name = {};   // "closed form": the one entry in the key of all that have it
  std::vector<double> band_middle =
      {};  // [step]: the band is this ± half_band; empty: y is its middle
  Drawn drawn = Drawn::kLine;
  std::vector<Known> known = {};  // [step], of points; empty: all exactly
  double aside = 0;               // drawn so far right of its x, a share of the axis

  double middle(std::size_t i) const { return band_middle.empty() ? y[i] : band_middle[i]; }
  Known known_at(std::size_t i) const { return known.empty() ? Known::kExactly : known[i]; }
};

// A horizontal line: a chance level, a floor, a threshold.
struct Level {
  std::string name;
  double y = 0;
  int style = -1;  // of the curve that it bounds; -1: grey
};

// The x axis of a line panel: training steps, one range for the whole page, or one of its own.
struct XAxis {
  bool is_steps = true;
  bool is_log = false;        // of its own; values must be positive
  std::vector<double> ticks;  // of its own; empty: round numbers
  std::vector<std::string> tick_names;
};

struct Lines {
  std::vector<Curve> curves;
  std::vector<Level> levels;
  std::string band_name;  // what the bands are: "± 2 standard errors over 256 examples"
  double y_low = kUnset;  // of the axis; unset: from the data
  double y_high = kUnset;
  bool log_y = false;  // values must be positive
  XAxis x;
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

// The step of an event: a thin vertical line with a number above the axes, and its interval as a
// light band (above a heat map, as a bar).
struct Mark {
  double step = 0;
  std::string label;
  bool firm = true;                    // false: unconfirmed, drawn dotted
  double low = kUnset, high = kUnset;  // of the interval; unset: none
};

// What the key says, in order.
struct KeyItem {
  enum class Sample {
    kLine,
    kThinLine,
    kPoint,
    kLevel,
    kBand,
    kUndefined,
    kUnconfirmed,
    kAtLeast
  } sample = Sample::kLine;
  std::string name;
  int style = 0;         // -1: grey
  std::size_t dash = 0;  // of a level: which one it is in its panel

  bool operator==(const KeyItem& other) const {
    return sample == other.sample && name == other.name && style == other.style &&
           dash == other.dash;
  }
};

struct Panel {
  std::string title;
  std::string x_label;
  std::string y_label;  // with units
  std::variant<Lines, HeatMap> content;
  std::vector<Mark> marks;  // passed over where columns are named
  // Entries of the key that an earlier panel of the page has, and that are not repeated here.
  std::vector<KeyItem> in_earlier_keys = {};
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
// Of a panel's own x axis: its points and tics with a margin.
Range x_range(const Lines& lines);
// Of a panel's own x axis, at most `most` + 1 where they are not named.
std::vector<double> x_ticks(const Lines& lines, int most);
std::vector<std::string> x_tick_texts(const Lines& lines, int most);
// Of the y axis: powers of ten where it is logarithmic.
std::vector<double> y_ticks(const Lines& lines);
// "0.25"; on a logarithmic axis "10⁻⁵".
std::vector<std::string> y_tick_texts(const Lines& lines);
// Multiples of 1, 2 or 5 times a power of ten inside [low, high], at most `most` + 1 of them.
std::vector<double> nice_ticks(Range range, int most);
// "0.25", "20000"
std::string tick_text(double value);

inline constexpr double kArrowShare = 0.07;  // of the y axis: length of a kAtLeast point's arrow
inline constexpr int kYTicks = 5;            // about so many at most on a y axis or colour scale

// What the key of a panel says, in order, without in_earlier_keys.
std::vector<KeyItem> key_items(const Panel& panel);

}  // namespace kairo
