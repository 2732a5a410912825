#include "core/store/metrics.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/config/shown_json.h"
#include "core/files/atomic_file.h"

namespace kairo {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

using Row = std::map<std::string, double>;

struct Line {
  std::string where;  // file and number
  std::string text;
  bool ended = true;  // by a newline
};

std::vector<Line> lines_of(const std::string& path) {
  const std::string text = read_file(path);
  std::vector<Line> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back({path + ":" + std::to_string(lines.size() + 1), text.substr(begin, end - begin),
                     end != std::string::npos});
    begin = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

[[noreturn]] void refuse_metrics(const Line& line, const std::string& expected,
                                 const std::string& came) {
  throw Error(ErrorKind::kCorrupt)
      .at(line.where)
      .expected(expected)
      .came(came)
      .hint("mend or remove the line");
}

void read_number(const Line& line, const std::string& name, const nlohmann::json& value, Row& row) {
  if (!value.is_number() && !value.is_null()) {
    refuse_metrics(line, "a number in field \"" + name + "\"", value.type_name());
  }
  row[name] = value.is_null() ? kNan : value.get<double>();
}

// The step of a line, its other fields into `row`.
int64_t read_row(const Line& line, const nlohmann::json& object, Row& row) {
  if (!object.is_object()) refuse_metrics(line, "", "the line is no JSON object");
  const auto step = object.find("step");
  if (step == object.end() || !step->is_number_integer() || step->get<int64_t>() < 0) {
    refuse_metrics(line, "a field \"step\" with an integer of at least 0",
                   step == object.end() ? "none" : shown_json(*step));
  }
  for (const auto& [name, value] : object.items()) {
    if (name == "step") continue;
    if (!value.is_object()) {
      read_number(line, name, value, row);
      continue;
    }
    for (const auto& [member, number] : value.items()) {
      read_number(line, name + "/" + member, number, row);
    }
  }
  return step->get<int64_t>();
}

Metrics as_columns(const std::map<int64_t, Row>& rows) {
  Metrics metrics;
  for (const auto& [step, row] : rows) {
    for (const auto& [name, value] : row) {
      std::vector<double>& column = metrics.columns[name];
      column.resize(metrics.steps.size(), kNan);
      column.push_back(value);
    }
    metrics.steps.push_back(step);
  }
  for (auto& [name, column] : metrics.columns) column.resize(metrics.steps.size(), kNan);
  return metrics;
}

}  // namespace

Metrics read_metrics(const std::string& path) {
  std::map<int64_t, Row> rows;
  for (const Line& line : lines_of(path)) {
    const nlohmann::json object = nlohmann::json::parse(line.text, nullptr, false);
    if (object.is_discarded()) {
      if (!line.ended) break;
      refuse_metrics(line, "", "the line is no JSON object");
    }
    Row row;
    const int64_t step = read_row(line, object, row);
    rows[step] = std::move(row);
  }
  return as_columns(rows);
}

}  // namespace kairo
