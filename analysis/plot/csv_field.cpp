#include "analysis/plot/csv_field.h"

#include <cmath>

#include "analysis/plot/gnuplot.h"

namespace kairo {

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

std::string csv_field(double value) { return std::isfinite(value) ? gnuplot_number(value) : ""; }

}  // namespace kairo
