#include "core/store/record.h"

#include <cmath>
#include <limits>
#include <set>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/files/safe_name.h"

namespace kairo {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct Moments {
  double mean = kMissing;
  double standard_error = kMissing;
};

// Two passes, so that a small spread around a large mean is not lost.
Moments moments(const float* first, int64_t stride, int64_t rows) {
  int64_t n = 0;
  double sum = 0;
  for (int64_t row = 0; row < rows; ++row) {
    const double value = first[row * stride];
    if (std::isnan(value)) continue;
    sum += value;
    ++n;
  }
  if (n == 0) return {};
  const double mean = sum / static_cast<double>(n);
  double squares = 0;
  for (int64_t row = 0; row < rows; ++row) {
    const double value = first[row * stride];
    if (!std::isnan(value)) squares += (value - mean) * (value - mean);
  }
  if (n == 1) return {mean, kMissing};
  return {mean, std::sqrt(squares / static_cast<double>(n - 1) / static_cast<double>(n))};
}

bool has_value(const float* row, int64_t size) {
  for (int64_t i = 0; i < size; ++i) {
    if (!std::isnan(row[i])) return true;
  }
  return false;
}

[[noreturn]] void refuse_merge(const std::string& quantity, const std::string& expected,
                               const std::string& came) {
  throw Error(ErrorKind::kShape).at("quantity " + quantity).expected(expected).came(came);
}

void check_length(const Quantity& quantity, const std::string& what, std::size_t came,
                  int64_t wanted) {
  if (static_cast<int64_t>(came) == wanted) return;
  refuse_merge(quantity.name, std::to_string(wanted) + " values of " + what + " by its axes",
               std::to_string(came));
}

void check_arrays(const Quantity& quantity) {
  const int64_t size = quantity.size();
  check_length(quantity, "mean", quantity.mean.size(), size);
  check_length(quantity, "standard_error", quantity.standard_error.size(), size);
  check_length(quantity, "per_example", quantity.per_example.size(),
               quantity.per_example_rows * size);
}

bool same_axes(const std::vector<Axis>& a, const std::vector<Axis>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool same =
        a[i].name == b[i].name && a[i].values == b[i].values && a[i].names == b[i].names;
    if (!same) return false;
  }
  return true;
}

SeriesQuantity empty_series(const Quantity& first) {
  SeriesQuantity series;
  series.about.name = first.name;
  series.about.definition = first.definition;
  series.about.units = first.units;
  series.about.axes = first.axes;
  series.about.timing = first.timing;
  series.per_example_rows = first.per_example_rows;
  return series;
}

template <typename T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

void append_step(SeriesQuantity& series, const Quantity& quantity) {
  const Quantity& about = series.about;
  if (quantity.name != about.name)
    refuse_merge(about.name, "", "a later step has " + quantity.name + " in its place");
  if (!same_axes(quantity.axes, about.axes)) {
    refuse_merge(quantity.name, "", "a later step has other axes than the first");
  }
  if (quantity.per_example_rows != series.per_example_rows) {
    refuse_merge(quantity.name,
                 std::to_string(series.per_example_rows) + " examples as at the first step",
                 std::to_string(quantity.per_example_rows));
  }
  check_arrays(quantity);
  append(series.mean, quantity.mean);
  append(series.standard_error, quantity.standard_error);
  append(series.per_example, quantity.per_example);
  series.n_examples.push_back(quantity.n_examples);
}

void append_quantities(Record& record, const StepRecord& step) {
  if (record.steps.empty()) {
    for (const Quantity& quantity : step.quantities) {
      record.quantities.push_back(empty_series(quantity));
    }
  }
  if (step.quantities.size() != record.quantities.size()) {
    throw Error(ErrorKind::kShape)
        .at("record of step " + std::to_string(step.step))
        .expected(std::to_string(record.quantities.size()) + " quantities")
        .came(std::to_string(step.quantities.size()));
  }
  for (std::size_t i = 0; i < step.quantities.size(); ++i) {
    append_step(record.quantities[i], step.quantities[i]);
  }
}

std::string release_of(const std::string& version) { return version.substr(0, version.find('+')); }

const std::pair<Timing, const char*> kTimingNames[] = {
    {Timing::kNotTimed, ""},
    {Timing::kShare, "share"},
    {Timing::kFallsFromFirst, "falls_from_first"},
    {Timing::kRatio, "ratio"},
    {Timing::kUnbounded, "unbounded"}};

}  // namespace

std::string timing_name(Timing timing) {
  for (const auto& [each, name] : kTimingNames) {
    if (each == timing) return name;
  }
  return "";
}

std::optional<Timing> timing_in(const std::string& text) {
  for (const auto& [each, name] : kTimingNames) {
    if (text == name) return each;
  }
  return std::nullopt;
}

bool measures_the_same(const RecordKey& a, const RecordKey& b) {
  return a.probe == b.probe && a.label == b.label && a.settings == b.settings &&
         a.dataset_hash == b.dataset_hash && a.seed == b.seed && a.n_examples == b.n_examples &&
         release_of(a.code_version) == release_of(b.code_version);
}

std::string Axis::coordinate(std::size_t i) const {
  return names.empty() ? std::to_string(values[i]) : names[i];
}

int64_t Quantity::size() const {
  int64_t size = 1;
  for (const Axis& axis : axes) size *= static_cast<int64_t>(axis.values.size());
  return size;
}

void summarize(Quantity& quantity) {
  const int64_t size = quantity.size();
  const int64_t rows = quantity.per_example_rows;
  check_length(quantity, "per_example", quantity.per_example.size(), rows * size);
  quantity.mean.assign(static_cast<std::size_t>(size), kMissing);
  quantity.standard_error = quantity.mean;
  quantity.n_examples = 0;
  if (rows == 0) return;
  const float* values = quantity.per_example.data();
  for (int64_t i = 0; i < size; ++i) {
    const Moments at = moments(values + i, size, rows);
    quantity.mean[static_cast<std::size_t>(i)] = at.mean;
    quantity.standard_error[static_cast<std::size_t>(i)] = at.standard_error;
  }
  for (int64_t row = 0; row < rows; ++row) {
    if (has_value(values + row * size, size)) ++quantity.n_examples;
  }
}

bool Record::has(const std::string& name) const {
  for (const SeriesQuantity& each : quantities) {
    if (each.about.name == name) return true;
  }
  return false;
}

const SeriesQuantity& Record::quantity(const std::string& name) const {
  std::vector<std::string> names;
  for (const SeriesQuantity& each : quantities) {
    if (each.about.name == name) return each;
    names.push_back(each.about.name);
  }
  throw Error(ErrorKind::kNotFound)
      .at("record of probe " + key.probe)
      .fact("it has no quantity \"" + name + "\"")
      .hint(did_you_mean(name, names));
}

std::vector<std::string> Record::kernels_used() const {
  std::set<std::string> used(kernels.begin(), kernels.end());
  used.erase("");
  return {used.begin(), used.end()};
}

void check_label(const std::string& label) {
  check_safe_name("label", label);
  const std::string extension = label.substr(
      label.find_last_of('.') == std::string::npos ? label.size() : label.find_last_of('.'));
  if (extension == ".h5" || extension == ".csv") {
    throw Error(ErrorKind::kUsage)
        .at("label " + quoted(label))
        .fact("a label may not end like a file of a record")
        .hint("it would be taken for another label's file");
  }
}

Record merge(const RecordKey& key, const std::vector<StepRecord>& steps) {
  Record record;
  record.key = key;
  for (const StepRecord& step : steps) {
    if (!record.steps.empty() && step.step <= record.steps.back()) {
      throw Error(ErrorKind::kShape)
          .at("record of probe " + key.probe)
          .fact("the steps do not ascend: " + std::to_string(step.step) + " after " +
                std::to_string(record.steps.back()));
    }
    append_quantities(record, step);
    record.steps.push_back(step.step);
    record.checkpoint_hashes.push_back(step.checkpoint_hash);
    record.kernels.push_back(step.kernels);
  }
  return record;
}

}  // namespace kairo
