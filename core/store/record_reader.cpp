#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/files/safe_name.h"
#include "core/store/hdf5_file.h"
#include "core/store/record_layout.h"
#include "core/store/record_means.h"

namespace kairo {
namespace {

constexpr int kDeepestGroup = 8;  // a damaged file may hold a group that contains itself

RecordKey read_key(const Hdf5Reader& reader) {
  RecordKey key;
  key.probe = reader.text_attribute("/", "probe");
  key.label = reader.text_attribute("/", "label");
  key.settings = reader.text_attribute("/", "settings");
  key.dataset_hash = reader.text_attribute("/", "dataset_hash");
  key.code_version = reader.text_attribute("/", "code_version");
  key.seed = reader.integer_attribute("/", "seed");
  key.n_examples = reader.integer_attribute("/", "n_examples");
  return key;
}

[[noreturn]] void refuse_record(const Hdf5Reader& reader, const std::string& path,
                                const std::string& fact) {
  throw Error(ErrorKind::kCorrupt)
      .at(reader.file() + ":" + path)
      .fact(fact)
      .hint("the file is damaged: measure again with analyze --force");
}

std::vector<Axis> read_axes(const Hdf5Reader& reader, const std::string& name) {
  const std::vector<std::string> labels = reader.dimension_labels(quantity_path(name) + "/mean");
  std::vector<Axis> axes;
  for (std::size_t i = 1; i < labels.size(); ++i) {
    axes.push_back({labels[i], reader.integers(axis_path(name, labels[i]))});
    const std::string names = axis_names_path(name, labels[i]);
    if (reader.exists(names)) axes.back().names = reader.texts(names);
  }
  return axes;
}

// [step, (example,) axes…]. Compared by dimension: a product of lengths that a damaged file claims
// may overflow.
void check_shape(const Hdf5Reader& reader, const std::string& path, std::vector<int64_t> leading,
                 const std::vector<Axis>& axes) {
  for (const Axis& axis : axes) leading.push_back(static_cast<int64_t>(axis.values.size()));
  if (reader.shape(path) != leading)
    refuse_record(reader, path, "its shape does not fit the record's steps and axes");
}

enum class PerExample { kRead, kLeftOut };

// Older records do not say it.
Timing read_timing(const Hdf5Reader& reader, const std::string& group) {
  if (!reader.has_attribute(group, "timing")) return Timing::kNotTimed;
  const std::optional<Timing> timing = timing_in(reader.text_attribute(group, "timing"));
  if (!timing) refuse_record(reader, group, "a timing that is known");
  return *timing;
}

SeriesQuantity read_quantity(const Hdf5Reader& reader, const std::string& name, int64_t n_steps,
                             PerExample per_example = PerExample::kRead) {
  const std::string group = quantity_path(name);
  SeriesQuantity quantity;
  quantity.about.name = name;
  quantity.about.definition = reader.text_attribute(group, "definition");
  quantity.about.units = reader.text_attribute(group, "units");
  quantity.about.axes = read_axes(reader, name);
  quantity.about.timing = read_timing(reader, group);
  check_shape(reader, group + "/mean", {n_steps}, quantity.about.axes);
  quantity.mean = reader.doubles(group + "/mean");
  quantity.standard_error = reader.doubles(group + "/standard_error");
  quantity.n_examples = reader.integers(group + "/n_examples");
  if (per_example == PerExample::kRead && reader.exists(group + "/per_example")) {
    const std::vector<int64_t> shape = reader.shape(group + "/per_example");
    quantity.per_example_rows = shape.size() > 1 ? shape[1] : 0;
    check_shape(reader, group + "/per_example", {n_steps, quantity.per_example_rows},
                quantity.about.axes);
    quantity.per_example = reader.floats(group + "/per_example");
  }
  return quantity;
}

// The names of all quantities below `prefix` ("" or "effect/"): groups that hold a dataset "mean".
void find_quantities(const Hdf5Reader& reader, const std::string& prefix,
                     std::vector<std::string>& names) {
  const std::string parent = quantity_path(prefix);
  if (std::count(prefix.begin(), prefix.end(), '/') > kDeepestGroup) {
    refuse_record(reader, parent,
                  "quantities lie deeper than " + std::to_string(kDeepestGroup) + " groups");
  }
  for (const std::string& child : reader.children(parent)) {
    if (!reader.is_group(parent + child)) continue;
    const std::string name = prefix + child;
    const std::string mean = quantity_path(name) + "/mean";
    if (reader.exists(mean) && !reader.is_group(mean)) names.push_back(name);
    find_quantities(reader, name + "/", names);
  }
}

std::vector<SeriesQuantity> read_quantities(const Hdf5Reader& reader, int64_t n_steps) {
  std::vector<std::string> names;
  find_quantities(reader, "", names);
  std::vector<std::pair<int64_t, std::string>> ordered;
  for (const std::string& name : names) {
    ordered.emplace_back(reader.integer_attribute(quantity_path(name), "order"), name);
  }
  std::sort(ordered.begin(), ordered.end());
  std::vector<SeriesQuantity> quantities;
  for (const auto& [order, name] : ordered) {
    quantities.push_back(read_quantity(reader, name, n_steps));
  }
  return quantities;
}

Record read_record_head(const Hdf5Reader& reader) {
  reader.require_format(kRecordFormat, kRecordFormatVersion);
  Record record;
  record.key = read_key(reader);
  record.steps = reader.integers("/steps");
  record.checkpoint_hashes = reader.texts("/checkpoint_hashes");
  // A record made before this was kept does not say.
  record.kernels = reader.exists("/kernels") ? reader.texts("/kernels")
                                             : std::vector<std::string>(record.steps.size());
  record.notes = reader.texts("/notes");
  if (reader.has_attribute("/", "left_out")) {
    record.left_out = reader.text_attribute("/", "left_out");
  }
  return record;
}

// A record copied to another probe's or label's place would be drawn as that one's.
void check_place(const std::string& path, const RecordKey& key) {
  const std::filesystem::path file(path);
  if (file.parent_path().parent_path().filename() != "probes") return;
  const std::string probe = file.parent_path().filename().string(), label = file.stem().string();
  if (probe == key.probe && label == key.label) return;
  throw Error(ErrorKind::kCorrupt)
      .at(path)
      .fact("the file holds the record " + quoted(key.label) + " of " + quoted(key.probe) +
            ", its name says " + quoted(label) + " of " + quoted(probe))
      .hint("the file was renamed or exchanged");
}

void check_whole(const std::string& path, const Record& record) {
  try {
    check_arrays(record);
  } catch (const Error& error) {
    throw Error(ErrorKind::kCorrupt).at(path).fact(error.what());
  }
}

StepRecord only_step(Record&& record) {
  StepRecord step;
  step.step = record.steps.front();
  step.checkpoint_hash = record.checkpoint_hashes.front();
  step.kernels = record.kernels.front();
  for (SeriesQuantity& series : record.quantities) {
    Quantity quantity = std::move(series.about);
    quantity.mean = std::move(series.mean);
    quantity.standard_error = std::move(series.standard_error);
    quantity.n_examples = series.n_examples.front();
    quantity.per_example = std::move(series.per_example);
    quantity.per_example_rows = series.per_example_rows;
    step.quantities.push_back(std::move(quantity));
  }
  return step;
}

}  // namespace

Record read_record(const std::string& path) {
  const Hdf5Reader reader(path, DigestRule::kRequired);
  Record record = read_record_head(reader);
  check_place(path, record.key);
  record.quantities = read_quantities(reader, static_cast<int64_t>(record.steps.size()));
  check_whole(path, record);
  return record;
}

Record read_record_means(const std::string& path, const std::vector<std::string>& quantities) {
  const Hdf5Reader reader(path, DigestRule::kRequired);
  Record record = read_record_head(reader);
  check_place(path, record.key);
  for (const std::string& name : quantities) {
    if (!reader.exists(quantity_path(name) + "/mean")) continue;
    record.quantities.push_back(read_quantity(
        reader, name, static_cast<int64_t>(record.steps.size()), PerExample::kLeftOut));
  }
  check_whole(path, record);
  return record;
}

bool read_step_record(const std::string& path, const RecordKey& key,
                      const std::string& checkpoint_hash, StepRecord& record) {
  try {
    Record found = read_record(path);
    if (!measures_the_same(found.key, key) || found.steps.size() != 1) return false;
    if (found.checkpoint_hashes.front() != checkpoint_hash) return false;
    record = only_step(std::move(found));
    return true;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kNotFound || error.kind() == ErrorKind::kCorrupt) return false;
    throw;
  }
}

}  // namespace kairo
