#include <charconv>
#include <cmath>

#include "core/files/atomic_file.h"
#include "core/store/record.h"

namespace kairo {
namespace {

// Nine significant digits, whatever the locale; a NaN is an empty field.
std::string field(double number) {
  if (std::isnan(number)) return "";
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::general, 9);
  return std::string(buffer, end.ptr);
}

// Every axis that some quantity has, in order of appearance.
std::vector<std::string> axis_columns(const Record& record) {
  std::vector<std::string> names;
  for (const SeriesQuantity& quantity : record.quantities) {
    for (const Axis& axis : quantity.about.axes) {
      bool known = false;
      for (const std::string& name : names) known = known || name == axis.name;
      if (!known) names.push_back(axis.name);
    }
  }
  return names;
}

// The coordinates of an element, one field a column, each followed by a comma.
std::string coordinates(const std::vector<Axis>& axes, const std::vector<std::string>& columns,
                        std::size_t element) {
  std::vector<std::string> of_axis(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    of_axis[i] = axes[i].coordinate(element % axes[i].values.size());
    element /= axes[i].values.size();
  }
  std::string line;
  for (const std::string& column : columns) {
    for (std::size_t i = 0; i < axes.size(); ++i) {
      if (axes[i].name == column) line += of_axis[i];
    }
    line += ",";
  }
  return line;
}

}  // namespace

void write_record_csv(const std::string& path, const Record& record) {
  const std::vector<std::string> columns = axis_columns(record);
  std::string text = "step,quantity,";
  for (const std::string& column : columns) text += column + ",";
  text += "mean,standard_error,n\n";
  for (std::size_t s = 0; s < record.steps.size(); ++s) {
    for (const SeriesQuantity& quantity : record.quantities) {
      const auto size = static_cast<std::size_t>(quantity.about.size());
      for (std::size_t i = 0; i < size; ++i) {
        text += std::to_string(record.steps[s]) + "," + quantity.about.name + "," +
                coordinates(quantity.about.axes, columns, i) + field(quantity.mean[s * size + i]) +
                "," + field(quantity.standard_error[s * size + i]) + "," +
                std::to_string(quantity.n_examples[s]) + "\n";
      }
    }
  }
  write_file_atomically(path, text);
}

}  // namespace kairo
