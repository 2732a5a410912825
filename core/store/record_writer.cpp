// Records into HDF5; docs/file-formats.md has the layout. A step's file is a record of one step.
#include <algorithm>

#include "core/base/error.h"
#include "core/files/safe_name.h"
#include "core/store/hdf5_file.h"
#include "core/store/record_layout.h"

namespace kairo {
namespace {

constexpr std::size_t kCompressOver = 64 * 1024;  // bytes

int64_t length(const std::vector<int64_t>& values) { return static_cast<int64_t>(values.size()); }

// Names are paths in the file and fields of the CSV.
void check_quantity_name(const std::string& name, bool with_groups) {
  bool bad = name.empty() || name.front() == '/' || name.back() == '/';
  bad = bad || name.find("//") != std::string::npos || name.front() == '.';
  for (char c : name) {
    bad = bad || static_cast<unsigned char>(c) <= ' ' || c == ',' || c == '"' ||
          (c == '/' && !with_groups);
  }
  if (bad) {
    throw Error(ErrorKind::kShape)
        .at("record")
        .fact("the name " + quoted(name) +
              " is empty or has an empty part, a space, a comma or a quote");
  }
}

// The dimensions of an array, each with its label and scale ("" where it has none).
struct Dimensions {
  std::vector<int64_t> shape;
  std::vector<std::string> labels;
  std::vector<std::string> scales;

  void add(int64_t size, const std::string& label, const std::string& scale) {
    shape.push_back(size);
    labels.push_back(label);
    scales.push_back(scale);
  }
};

void label(Hdf5Writer& writer, const std::string& path, const Dimensions& dimensions) {
  for (std::size_t i = 0; i < dimensions.shape.size(); ++i) {
    const int axis = static_cast<int>(i);
    writer.dimension_label(path, axis, dimensions.labels[i]);
    if (!dimensions.scales[i].empty()) writer.attach_scale(path, axis, dimensions.scales[i]);
  }
}

void write_axes(Hdf5Writer& writer, const Quantity& about) {
  for (const Axis& axis : about.axes) {
    check_quantity_name(axis.name, false);
    const std::string path = axis_path(about.name, axis.name);
    if (std::count_if(about.axes.begin(), about.axes.end(),
                      [&](const Axis& other) { return other.name == axis.name; }) > 1) {
      throw Error(ErrorKind::kShape)
          .at("quantity " + about.name)
          .fact("two of its axes have the name " + axis.name);
    }
    writer.array(path, {length(axis.values)}, axis.values.data());
    writer.dimension_scale(path, axis.name);
    if (axis.names.empty()) continue;
    for (const std::string& name : axis.names) check_quantity_name(name, false);
    writer.texts(axis_names_path(about.name, axis.name), axis.names);
  }
}

void write_quantity(Hdf5Writer& writer, const SeriesQuantity& quantity, int64_t n_steps,
                    int64_t order) {
  const Quantity& about = quantity.about;
  check_quantity_name(about.name, true);
  write_axes(writer, about);
  Dimensions per_step, per_element, per_example;
  for (Dimensions* each : {&per_step, &per_element, &per_example}) {
    each->add(n_steps, "step", "/steps");
  }
  per_example.add(quantity.per_example_rows, "example", "");
  for (const Axis& axis : about.axes) {
    for (Dimensions* each : {&per_element, &per_example}) {
      each->add(length(axis.values), axis.name, axis_path(about.name, axis.name));
    }
  }
  const std::string group = quantity_path(about.name);
  writer.array(group + "/mean", per_element.shape, quantity.mean.data());
  writer.array(group + "/standard_error", per_element.shape, quantity.standard_error.data());
  writer.array(group + "/n_examples", per_step.shape, quantity.n_examples.data());
  label(writer, group + "/mean", per_element);
  label(writer, group + "/standard_error", per_element);
  label(writer, group + "/n_examples", per_step);
  if (quantity.per_example_rows > 0) {
    writer.array(group + "/per_example", per_example.shape, quantity.per_example.data());
    label(writer, group + "/per_example", per_example);
  }
  writer.attribute(group, "definition", about.definition);
  writer.attribute(group, "units", about.units);
  if (about.timing != Timing::kNotTimed) {
    writer.attribute(group, "timing", timing_name(about.timing));
  }
  writer.attribute(group, "order", order);
}

void write_key(Hdf5Writer& writer, const RecordKey& key) {
  writer.attribute("/", "probe", key.probe);
  writer.attribute("/", "label", key.label);
  writer.attribute("/", "settings", key.settings);
  writer.attribute("/", "dataset_hash", key.dataset_hash);
  writer.attribute("/", "code_version", key.code_version);
  writer.attribute("/", "seed", key.seed);
  writer.attribute("/", "n_examples", key.n_examples);
}

}  // namespace

void write_record(const std::string& path, const Record& record) {
  check_arrays(record);
  const int64_t n_steps = length(record.steps);
  Hdf5Writer writer;
  writer.compress_arrays_over(kCompressOver);
  writer.format(kRecordFormat, kRecordFormatVersion);
  write_key(writer, record.key);
  writer.array("/steps", {n_steps}, record.steps.data());
  writer.dimension_scale("/steps", "step");
  writer.texts("/checkpoint_hashes", record.checkpoint_hashes);
  writer.texts("/kernels", record.kernels);
  writer.texts("/notes", record.notes);
  if (!record.left_out.empty()) writer.attribute("/", "left_out", record.left_out);
  writer.group("/quantities");
  int64_t order = 0;
  for (const SeriesQuantity& quantity : record.quantities) {
    write_quantity(writer, quantity, n_steps, order++);
  }
  writer.write(path, true);
}

void write_step_record(const std::string& path, const RecordKey& key, const StepRecord& record) {
  write_record(path, merge(key, {record}));
}

}  // namespace kairo
