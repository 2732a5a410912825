#include "core/store/checkpoint.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/files/atomic_file.h"
#include "core/files/safe_name.h"
#include "core/store/hdf5_file.h"
#include "core/store/trajectory.h"

namespace kairo {
namespace {

constexpr const char* kFormat = "kairoscope-checkpoint";

// By name: the order in which arrays were gathered changes neither bytes nor hash.
std::vector<const NamedArray*> sorted(const std::vector<NamedArray>& arrays) {
  std::vector<const NamedArray*> order;
  for (const NamedArray& array : arrays) order.push_back(&array);
  std::sort(order.begin(), order.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  return order;
}

void check_array(const NamedArray& array) {
  int64_t size = 1;
  for (int64_t length : array.shape) size *= length;
  if (size != static_cast<int64_t>(array.values.size())) {
    throw Error(ErrorKind::kShape)
        .at(array.name)
        .expected(std::to_string(size) + " values by its shape")
        .came(std::to_string(array.values.size()));
  }
  if (array.name.empty() || array.name == "." || array.name.find('/') != std::string::npos) {
    throw Error(ErrorKind::kShape)
        .at("checkpoint")
        .fact("the array name " + quoted(array.name) + " has a \"/\", which HDF5 takes for a group")
        .hint("use another character");
  }
}

void add_arrays(Sha256& hash, const std::vector<NamedArray>& arrays) {
  hash.add(static_cast<int64_t>(arrays.size()));
  for (const NamedArray* array : sorted(arrays)) {
    hash.add(array->name);
    hash.add(static_cast<int64_t>(array->shape.size()));
    for (int64_t length : array->shape) hash.add(length);
    hash.add(array->values.data(), array->values.size() * sizeof(float));
  }
}

template <typename T>
void add_named(Sha256& hash, const std::map<std::string, std::vector<T>>& named) {
  hash.add(static_cast<int64_t>(named.size()));
  for (const auto& [name, values] : named) {
    hash.add(name);
    hash.add(static_cast<int64_t>(values.size()));
    hash.add(values.data(), values.size() * sizeof(T));
  }
}

std::string hash_of(const Checkpoint& checkpoint) {
  Sha256 hash;
  hash.add(checkpoint.step);
  hash.add(checkpoint.model_json);
  add_arrays(hash, checkpoint.parameters);
  hash.add(int64_t{checkpoint.has_optimizer});
  if (checkpoint.has_optimizer) {
    hash.add(checkpoint.optimizer.name);
    hash.add(checkpoint.optimizer.step);
    hash.add(static_cast<int64_t>(checkpoint.optimizer.states.size()));
    for (const auto& [name, arrays] : checkpoint.optimizer.states) {
      hash.add(name);
      add_arrays(hash, arrays);
    }
  }
  hash.add(int64_t{checkpoint.has_training});
  if (checkpoint.has_training) {
    add_named(hash, checkpoint.training.integers);
    add_named(hash, checkpoint.training.reals);
  }
  return hash.hex();
}

void write_arrays(Hdf5Writer& writer, const std::string& group,
                  const std::vector<NamedArray>& arrays) {
  writer.group(group);
  for (const NamedArray* array : sorted(arrays)) {
    check_array(*array);
    writer.array(group + "/" + array->name, array->shape, array->values.data());
  }
}

template <typename T>
void write_named(Hdf5Writer& writer, const std::string& group,
                 const std::map<std::string, std::vector<T>>& named) {
  writer.group(group);
  for (const auto& [name, values] : named) {
    writer.array(group + "/" + name, {static_cast<int64_t>(values.size())}, values.data());
  }
}

void write_optimizer(Hdf5Writer& writer, const OptimizerState& optimizer) {
  writer.group("/optimizer");
  writer.attribute("/optimizer", "name", optimizer.name);
  writer.attribute("/optimizer", "step", optimizer.step);
  for (const auto& [name, arrays] : optimizer.states) {
    write_arrays(writer, "/optimizer/" + name, arrays);
  }
}

std::vector<NamedArray> read_arrays(const Hdf5Reader& reader, const std::string& group) {
  std::vector<NamedArray> arrays;
  for (const std::string& name : reader.children(group)) {
    const std::string path = group + "/" + name;
    arrays.push_back({name, reader.shape(path), reader.floats(path)});
    const std::vector<float>& values = arrays.back().values;
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
      throw Error(ErrorKind::kCorrupt)
          .at(reader.file() + ":" + path)
          .fact("there is a NaN or an infinity in it")
          .hint("the run diverged before this step; use an earlier one");
    }
  }
  return arrays;
}

OptimizerState read_optimizer(const Hdf5Reader& reader) {
  OptimizerState optimizer;
  optimizer.name = reader.text_attribute("/optimizer", "name");
  optimizer.step = reader.integer_attribute("/optimizer", "step");
  for (const std::string& name : reader.children("/optimizer")) {
    optimizer.states[name] = read_arrays(reader, "/optimizer/" + name);
  }
  return optimizer;
}

TrainingState read_training(const Hdf5Reader& reader) {
  TrainingState training;
  for (const std::string& name : reader.children("/training/integers")) {
    training.integers[name] = reader.integers("/training/integers/" + name);
  }
  for (const std::string& name : reader.children("/training/reals")) {
    training.reals[name] = reader.doubles("/training/reals/" + name);
  }
  return training;
}

std::string optional_text(const Hdf5Reader& reader, const std::string& name) {
  return reader.has_attribute("/", name) ? reader.text_attribute("/", name) : "";
}

Checkpoint read_head(const Hdf5Reader& reader) {
  reader.require_format(kFormat, kCheckpointFormatVersion);
  Checkpoint checkpoint;
  checkpoint.step = reader.integer_attribute("/", "step");
  if (checkpoint.step < 0) {
    throw Error(ErrorKind::kCorrupt)
        .at(reader.file() + ":/@step")
        .expected("at least 0")
        .came(std::to_string(checkpoint.step));
  }
  checkpoint.experiment = optional_text(reader, "experiment");
  checkpoint.version = optional_text(reader, "version");
  checkpoint.content_hash = optional_text(reader, "content_hash");
  // HDF5 gives empty texts where the heap that they stand in is damaged.
  if (checkpoint.content_hash.empty() && reader.has_attribute("/", "content_hash")) {
    throw Error(ErrorKind::kCorrupt)
        .at(reader.file() + ":/@content_hash")
        .fact("the hash of the contents is empty")
        .hint("the file is damaged: resume from another checkpoint");
  }
  checkpoint.model_json = reader.text_attribute("/model", "config");
  if (reader.exists("/config")) checkpoint.config_yaml = reader.text("/config");
  return checkpoint;
}

// A file with the name of another step would be measured, or resumed, as that step.
void check_name(const std::string& path, int64_t step, ErrorKind kind, const std::string& hint) {
  const std::optional<int64_t> named = step_in_name(path);
  if (!named || *named == step) return;
  throw Error(kind)
      .at(path)
      .fact("the file holds the checkpoint of step " + std::to_string(step) +
            ", its name says step " + std::to_string(*named))
      .hint(hint);
}

void read_state(const Hdf5Reader& reader, Checkpoint& checkpoint) {
  checkpoint.has_optimizer = reader.exists("/optimizer");
  if (checkpoint.has_optimizer) checkpoint.optimizer = read_optimizer(reader);
  checkpoint.has_training = reader.exists("/training");
  if (checkpoint.has_training) checkpoint.training = read_training(reader);
}

// Fills the hash of a file that names none; refuses one that names another.
void settle_hash(const std::string& path, Checkpoint& checkpoint) {
  const std::string hash = hash_of(checkpoint);
  if (checkpoint.content_hash.empty()) checkpoint.content_hash = hash;
  if (checkpoint.content_hash != hash) {
    throw Error(ErrorKind::kCorrupt)
        .at(path)
        .fact("the contents have the hash " + hash + ", the file says " +
              quoted(checkpoint.content_hash))
        .hint("the file was changed after it was written");
  }
}

void drop_state(Checkpoint& checkpoint) {
  checkpoint.has_optimizer = false;
  checkpoint.optimizer = {};
  checkpoint.has_training = false;
  checkpoint.training = {};
}

}  // namespace

std::string write_checkpoint(const std::string& path, Checkpoint& checkpoint) {
  check_name(path, checkpoint.step, ErrorKind::kUsage,
             "its name is " + checkpoint_file_name(checkpoint.step));
  checkpoint.content_hash = hash_of(checkpoint);
  Hdf5Writer writer;
  writer.format(kFormat, kCheckpointFormatVersion);
  writer.attribute("/", "step", checkpoint.step);
  writer.attribute("/", "experiment", checkpoint.experiment);
  writer.attribute("/", "version", checkpoint.version);
  writer.attribute("/", "content_hash", checkpoint.content_hash);
  write_arrays(writer, "/model", checkpoint.parameters);
  writer.attribute("/model", "config", checkpoint.model_json);
  if (checkpoint.has_optimizer) write_optimizer(writer, checkpoint.optimizer);
  if (checkpoint.has_training) {
    write_named(writer, "/training/integers", checkpoint.training.integers);
    write_named(writer, "/training/reals", checkpoint.training.reals);
  }
  if (!checkpoint.config_yaml.empty()) writer.text("/config", checkpoint.config_yaml);
  writer.write(path, true);
  return checkpoint.content_hash;
}

Checkpoint read_checkpoint(const std::string& path, CheckpointPart part) {
  const Hdf5Reader reader(path);
  Checkpoint checkpoint = read_head(reader);
  check_name(path, checkpoint.step, ErrorKind::kCorrupt, "the file was renamed or exchanged");
  checkpoint.parameters = read_arrays(reader, "/model");
  // With a digest the named hash can be believed without reading what it is over; without one it
  // cannot, and where none is named it has to be computed: both need the whole.
  const bool believed = reader.has_digest() && !checkpoint.content_hash.empty();
  if (part == CheckpointPart::kEverything || !believed) {
    read_state(reader, checkpoint);
    settle_hash(path, checkpoint);
  }
  if (part == CheckpointPart::kModelOnly) drop_state(checkpoint);
  return checkpoint;
}

}  // namespace kairo
