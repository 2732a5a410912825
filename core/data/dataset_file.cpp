#include "core/data/dataset_file.h"

#include <algorithm>
#include <iterator>

#include "core/base/error.h"
#include "core/data/dataset_check.h"
#include "core/data/dataset_summary.h"
#include "core/store/hdf5_file.h"

namespace kairo {
namespace {

constexpr char kFormat[] = "kairoscope-dataset";

int64_t length(const std::vector<int64_t>& values) { return static_cast<int64_t>(values.size()); }

void write_floors(Hdf5Writer& file, const std::vector<Floor>& floors) {
  if (floors.empty()) return;
  std::vector<std::string> names, quantities, definitions;
  std::vector<double> nats;
  for (const Floor& floor : floors) {
    names.push_back(floor.name);
    quantities.push_back(floor.quantity);
    definitions.push_back(floor.definition);
    nats.push_back(floor.nats);
  }
  file.texts("/floors/name", names);
  file.texts("/floors/quantity", quantities);
  file.texts("/floors/definition", definitions);
  file.array("/floors/nats", {static_cast<int64_t>(nats.size())}, nats.data());
}

void write_selectors(Hdf5Writer& file, const Dataset& data) {
  if (data.selectors.empty()) return;
  file.array("/selector", {data.n_examples}, data.selector.data());
  std::vector<int64_t> flat;
  for (const auto& tokens : data.selectors) flat.insert(flat.end(), tokens.begin(), tokens.end());
  const int64_t n_selectors = static_cast<int64_t>(data.selectors.size());
  file.array("/selectors", {n_selectors, data.spans.at("selector").size()}, flat.data());
}

void write_candidates(Hdf5Writer& file, const Dataset& data) {
  if (data.candidates.empty()) return;
  std::vector<int64_t> flat;
  for (const auto& candidates : data.candidates) {
    for (const auto& target : candidates) flat.insert(flat.end(), target.begin(), target.end());
  }
  file.array("/candidates",
             {static_cast<int64_t>(data.candidates.size()),
              static_cast<int64_t>(data.candidates[0].size()), data.target().size()},
             flat.data());
}

void write_examples(Hdf5Writer& file, const Dataset& data) {
  const std::vector<int64_t> by_position = {data.n_examples, data.n_pos};
  file.array("/tokens", by_position, data.tokens.data());
  file.array("/inputs", by_position, data.inputs.data());
  file.array("/labels", by_position, data.labels.data());
  file.array("/group", {data.n_examples}, data.group.data());
  std::vector<int8_t> split;
  for (const Split each : data.split) split.push_back(static_cast<int8_t>(each));
  file.array("/split", {data.n_examples}, split.data());
}

Error corrupt(const Hdf5Reader& file, const std::string& expected, const std::string& came) {
  return Error(ErrorKind::kCorrupt,
               {file.file(), expected, came, "make it anew from the run's config.yaml"});
}

// An array of `rank` axes; its length along each goes to `shape`.
std::vector<int64_t> read_array(const Hdf5Reader& file, const std::string& path, std::size_t rank,
                                std::vector<int64_t>& shape) {
  shape = file.shape(path);
  if (shape.size() != rank) {
    throw corrupt(file, path + " with " + std::to_string(rank) + " axes",
                  std::to_string(shape.size()));
  }
  return file.integers(path);
}

// Rows [first, first + n) of width `width`.
std::vector<std::vector<int64_t>> rows_of(const std::vector<int64_t>& flat, int64_t first,
                                          int64_t n, int64_t width) {
  std::vector<std::vector<int64_t>> rows;
  for (int64_t row = first; row < first + n; ++row) {
    rows.emplace_back(flat.begin() + row * width, flat.begin() + (row + 1) * width);
  }
  return rows;
}

void read_examples(const Hdf5Reader& file, Dataset& data) {
  std::vector<int64_t> shape;
  data.tokens = read_array(file, "/tokens", 2, shape);
  data.n_examples = shape[0];
  data.n_pos = shape[1];
  data.inputs = file.integers("/inputs");
  data.labels = file.integers("/labels");
  data.group = file.integers("/group");
  for (const int64_t each : file.integers("/split")) {
    if (each != 0 && each != 1) throw corrupt(file, "/split of 0 and 1", std::to_string(each));
    data.split.push_back(static_cast<Split>(each));
  }
}

void read_parts(const Hdf5Reader& file, Dataset& data) {
  std::vector<int64_t> shape;
  for (const std::string& name : file.children("/spans")) {
    const std::vector<int64_t> ends = file.integers("/spans/" + name);
    if (length(ends) != 2) throw corrupt(file, "/spans/" + name + " of begin and end", "another");
    data.spans[name] = {ends[0], ends[1]};
  }
  if (file.exists("/selectors")) {
    data.selector = file.integers("/selector");
    const std::vector<int64_t> flat = read_array(file, "/selectors", 2, shape);
    data.selectors = rows_of(flat, 0, shape[0], shape[1]);
  }
  if (!file.exists("/candidates")) return;
  const std::vector<int64_t> flat = read_array(file, "/candidates", 3, shape);
  for (int64_t group = 0; group < shape[0]; ++group) {
    data.candidates.push_back(rows_of(flat, group * shape[1], shape[1], shape[2]));
  }
}

std::vector<Floor> read_floors(const Hdf5Reader& file) {
  std::vector<Floor> floors;
  if (!file.exists("/floors")) return floors;
  const std::vector<std::string> names = file.texts("/floors/name");
  const std::vector<std::string> quantities = file.texts("/floors/quantity");
  const std::vector<std::string> definitions = file.texts("/floors/definition");
  const std::vector<double> nats = file.doubles("/floors/nats");
  const std::size_t n = names.size();
  if (quantities.size() != n || definitions.size() != n || nats.size() != n) {
    throw corrupt(file, "/floors of one length", "different lengths");
  }
  for (std::size_t i = 0; i < n; ++i) {
    floors.push_back({names[i], quantities[i], nats[i], definitions[i]});
  }
  return floors;
}

}  // namespace

void write_dataset(const std::string& path, const Dataset& data) {
  const std::string misfit = find_misfit(data);
  if (!misfit.empty()) throw Error(ErrorKind::kShape, {path, "a whole dataset", misfit, ""});
  Hdf5Writer file;
  file.format(kFormat, kDatasetFormatVersion);
  file.attribute("/", "task", data.task);
  file.attribute("/", "content_hash", content_hash(data));
  file.attribute("/", "ambiguity_nats", data.ambiguity_nats);
  write_examples(file, data);
  write_selectors(file, data);
  write_candidates(file, data);
  file.texts("/vocabulary", data.vocabulary);
  for (const auto& [name, span] : data.spans) {
    const int64_t ends[2] = {span.begin, span.end};
    file.array("/spans/" + name, {2}, ends);
  }
  write_floors(file, data.floors);
  file.write(path, /*with_digest=*/true);
}

Dataset read_dataset(const std::string& path) {
  const Hdf5Reader file(path, DigestRule::kRequired);
  file.require_format(kFormat, kDatasetFormatVersion);
  Dataset data;
  data.task = file.text_attribute("/", "task");
  data.ambiguity_nats = file.real_attribute("/", "ambiguity_nats");
  data.vocabulary = file.texts("/vocabulary");
  read_examples(file, data);
  read_parts(file, data);
  data.floors = read_floors(file);
  const std::string misfit = find_misfit(data);
  if (!misfit.empty()) throw corrupt(file, "a whole dataset", misfit);
  const std::string named = file.text_attribute("/", "content_hash");
  const std::string computed = content_hash(data);
  if (named != computed) throw corrupt(file, "content with hash " + named, computed);
  return data;
}

DatasetSummary read_dataset_summary(const std::string& path) {
  const Hdf5Reader file(path, DigestRule::kRequired);
  file.require_format(kFormat, kDatasetFormatVersion);
  const std::vector<int64_t> vocabulary = file.shape("/vocabulary");
  return {file.text_attribute("/", "task"), vocabulary.empty() ? 0 : vocabulary.front(),
          file.real_attribute("/", "ambiguity_nats"), file.text_attribute("/", "content_hash"),
          read_floors(file)};
}

}  // namespace kairo
