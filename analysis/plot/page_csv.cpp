#include "analysis/plot/csv_field.h"
#include "analysis/plot/page.h"

namespace kairo {
namespace {

struct Row {
  std::string panel, series, x, value, low, high;
};

void write(std::string& csv, const Row& row) {
  csv += csv_field(row.panel) + "," + csv_field(row.series) + "," + csv_field(row.x) + "," +
         row.value + "," + row.low + "," + row.high + "\n";
}

void write_lines(std::string& csv, const std::string& panel, const Lines& lines) {
  for (const Curve& curve : lines.curves) {
    for (std::size_t i = 0; i < curve.y.size(); ++i) {
      const std::string x = csv_field(curve.steps[i]);
      if (curve.known_at(i) == Known::kAtLeast) {
        write(csv, {panel, curve.name, x, "", csv_field(curve.y[i]), ""});
        continue;
      }
      const double half = curve.half_band.empty() ? kUnset : curve.half_band[i];
      write(csv, {panel, curve.name, x, csv_field(curve.y[i]), csv_field(curve.middle(i) - half),
                  csv_field(curve.middle(i) + half)});
    }
  }
  for (const Level& level : lines.levels) {
    write(csv, {panel, level.name, "", csv_field(level.y), "", ""});
  }
}

void write_map(std::string& csv, const std::string& panel, const HeatMap& map) {
  for (std::size_t row = 0; row < map.row_names.size(); ++row) {
    for (std::size_t column = 0; column < map.columns(); ++column) {
      const std::string x =
          map.column_names.empty() ? csv_field(map.steps[column]) : map.column_names[column];
      write(csv, {panel, map.row_names[row], x, csv_field(map.value(row, column)), "", ""});
    }
  }
}

}  // namespace

std::string page_csv(const Page& page) {
  std::string csv = "panel,series,x,value,low,high\n";
  for (const PanelRow& row : page.rows) {
    for (const Panel& panel : row.panels) {
      if (const auto* map = std::get_if<HeatMap>(&panel.content)) {
        write_map(csv, panel.title, *map);
      } else {
        write_lines(csv, panel.title, std::get<Lines>(panel.content));
      }
      for (const Mark& mark : panel.marks) {
        write(csv, {panel.title, "event " + mark.label, csv_field(mark.step), "", "", ""});
      }
    }
  }
  return csv;
}

}  // namespace kairo
