#include "analysis/series.h"

#include <algorithm>

#include "core/base/error.h"

namespace kairo {
namespace {

struct SeriesName {
  std::string probe;
  std::string quantity;
};

SeriesName parsed(const std::string& name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) {
    throw Error(ErrorKind::kNotFound)
        .at("series")
        .expected("PROBE/QUANTITY")
        .came(name)
        .hint("e.g. performance/accuracy");
  }
  return {name.substr(0, slash), name.substr(slash + 1)};
}

void check_shape(const std::string& name, const Record& record, const SeriesQuantity& q) {
  const std::size_t n = record.steps.size();
  const std::size_t rows = static_cast<std::size_t>(q.per_example_rows);
  if (!q.about.axes.empty()) {
    throw Error(ErrorKind::kShape)
        .at(name)
        .fact("it has the axis " + q.about.axes.front().name + ", so it is no single curve")
        .hint("choose one element");
  }
  if (q.mean.size() != n || q.standard_error.size() != n ||
      (!q.per_example.empty() && q.per_example.size() != n * rows)) {
    throw Error(ErrorKind::kShape)
        .at(name)
        .fact("its arrays do not fit " + std::to_string(n) +
              " steps: " + std::to_string(q.mean.size()) + " means, " +
              std::to_string(q.per_example.size()) + " values of examples")
        .hint("measure it again with analyze --force");
  }
}

}  // namespace

std::string probe_of(const std::string& series) { return parsed(series).probe; }

std::string why_no_series(const RunData& run, const std::string& name) {
  const SeriesName wanted = parsed(name);
  const Record* record = run.record(wanted.probe);
  if (record == nullptr) {
    const auto reason = run.left_out.find(wanted.probe);
    return reason == run.left_out.end() ? not_run_words(wanted.probe) : reason->second;
  }
  if (record->steps.empty()) return "the record of " + wanted.probe + " has no steps";
  if (record->has(wanted.quantity)) return "";
  std::string reason = "the record of " + wanted.probe + " has no " + wanted.quantity;
  for (const std::string& note : record->notes) reason += "; " + note;
  return reason;
}

std::optional<Series> find_series(const RunData& run, const std::string& name) {
  if (!why_no_series(run, name).empty()) return std::nullopt;
  const SeriesName wanted = parsed(name);
  const Record& record = *run.record(wanted.probe);
  const SeriesQuantity& q = record.quantity(wanted.quantity);
  check_shape(name, record, q);
  Series series{name, record.steps, q.mean, q.standard_error, {}, q.per_example_rows};
  if (!q.n_examples.empty()) {
    series.n_examples = *std::min_element(q.n_examples.begin(), q.n_examples.end());
  }
  if (q.per_example.empty()) return series;
  for (std::size_t s = 0; s < record.steps.size(); ++s) {
    const auto row = q.per_example.begin() + s * q.per_example_rows;
    series.per_example.emplace_back(row, row + q.per_example_rows);
  }
  return series;
}

std::vector<std::string> series_names(const RunData& run) {
  std::vector<std::string> names;
  for (const auto& [probe, record] : run.records) {
    for (const SeriesQuantity& q : record.quantities) {
      if (q.about.axes.empty()) names.push_back(probe + "/" + q.about.name);
    }
  }
  return names;
}

}  // namespace kairo
