#include "analysis/figures/logged_gradients.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kairo {
namespace {

constexpr const char* kParameters = "gradient_norm/";
constexpr const char* kSegments = "gradient_segments/";

// The names of the columns that begin so, without this beginning.
std::vector<std::string> members(const Metrics& metrics, const std::string& beginning) {
  std::vector<std::string> names;
  for (const auto& [name, column] : metrics.columns) {
    if (name.rfind(beginning, 0) == 0) names.push_back(name.substr(beginning.size()));
  }
  return names;
}

// Evaluations at which any of the columns has a number: a resumed run may have begun to log late.
std::vector<std::size_t> logged_rows(const Metrics& metrics, const std::string& beginning,
                                     const std::vector<std::string>& names) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < metrics.steps.size(); ++row) {
    const bool is_logged = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return !std::isnan(metrics.columns.at(beginning + name)[row]);
    });
    if (is_logged) rows.push_back(row);
  }
  return rows;
}

SeriesQuantity quantity_of(const Metrics& metrics, const std::vector<std::size_t>& rows,
                           const std::string& beginning, const std::vector<std::string>& names,
                           const std::string& quantity, const std::string& axis) {
  SeriesQuantity q;
  q.about.name = quantity;
  q.about.units = "nats";
  Axis along{axis, {}, names};
  for (std::size_t i = 0; i < names.size(); ++i) along.values.push_back(static_cast<int64_t>(i));
  q.about.axes = {along};
  for (const std::size_t row : rows) {
    for (const std::string& name : names) {
      q.mean.push_back(metrics.columns.at(beginning + name)[row]);
    }
  }
  q.standard_error.assign(q.mean.size(), std::numeric_limits<double>::quiet_NaN());
  q.n_examples.assign(rows.size(), 0);
  return q;
}

int64_t position_of(const RunData& run, const std::string& segment) {
  const auto found = run.spans.find(segment);
  return found == run.spans.end() ? std::numeric_limits<int64_t>::max() : found->second.begin;
}

}  // namespace

bool has_logged_gradients(const RunData& run) {
  return !members(run.metrics, kParameters).empty() && !members(run.metrics, kSegments).empty();
}

std::optional<Record> logged_gradients(const RunData& run) {
  if (!has_logged_gradients(run)) return std::nullopt;
  const Metrics& metrics = run.metrics;
  const std::vector<std::string> parameters = members(metrics, kParameters);
  std::vector<std::string> segments = members(metrics, kSegments);
  std::stable_sort(segments.begin(), segments.end(), [&](const auto& a, const auto& b) {
    return position_of(run, a) < position_of(run, b);
  });
  const std::vector<std::size_t> rows = logged_rows(metrics, kParameters, parameters);
  Record record;
  record.key.probe = "gradient_flow";
  for (const std::size_t row : rows) record.steps.push_back(metrics.steps[row]);
  record.quantities = {
      quantity_of(metrics, rows, kParameters, parameters, "parameter_gradient", "parameter"),
      quantity_of(metrics, rows, kSegments, segments, "embedding_gradient", "segment")};
  return record;
}

}  // namespace kairo
