#include "core/data/dataset_file.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/data/dataset_check.h"
#include "core/data/dataset_summary.h"
#include "core/store/hdf5_file.h"

namespace kairo {
namespace {

constexpr char kFormat[] = "kairoscope-dataset";

// What a file without these words means.
constexpr char kFirstPart[] = "selector";
constexpr char kFirstLetter[] = "z";

std::vector<int64_t> wide(const std::vector<int32_t>& values) {
  return {values.begin(), values.end()};
}

std::vector<int32_t> narrow(const std::vector<int64_t>& values) {
  return {values.begin(), values.end()};
}

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

void write_part(Hdf5Writer& file, const DatasetArrays& arrays) {
  if (arrays.values.empty()) return;
  file.array("/selector", {arrays.n_examples}, arrays.part_value.data());
  std::vector<int64_t> flat;
  for (const auto& tokens : arrays.values) flat.insert(flat.end(), tokens.begin(), tokens.end());
  const int64_t n_values = static_cast<int64_t>(arrays.values.size());
  file.array("/selectors", {n_values, arrays.span(arrays.part).size()}, flat.data());
  if (arrays.part != kFirstPart) file.attribute("/selectors", "span", arrays.part);
  if (arrays.part_letter != kFirstLetter) {
    file.attribute("/selectors", "letter", arrays.part_letter);
  }
}

void write_choices(Hdf5Writer& file, const DatasetArrays& arrays) {
  if (arrays.choices.empty()) return;
  std::vector<int64_t> flat;
  for (const auto& choices : arrays.choices) {
    for (const auto& choice : choices) flat.insert(flat.end(), choice.begin(), choice.end());
  }
  file.array("/candidates",
             {static_cast<int64_t>(arrays.choices.size()),
              static_cast<int64_t>(arrays.choices[0].size()), arrays.span("target").size()},
             flat.data());
}

void write_spans(Hdf5Writer& file, const DatasetArrays& arrays) {
  for (const auto& [name, spans] : arrays.spans) {
    std::vector<int64_t> ends;
    for (const Span& span : spans) ends.insert(ends.end(), {span.begin, span.end});
    const int64_t n = static_cast<int64_t>(spans.size());
    const std::vector<int64_t> shape =
        n == 1 ? std::vector<int64_t>{2} : std::vector<int64_t>{n, 2};
    file.array("/spans/" + name, shape, ends.data());
  }
}

template <typename At>
void write_table(Hdf5Writer& file, const char* path, const DatasetArrays& arrays, At at) {
  std::vector<int64_t> table;
  table.reserve(static_cast<std::size_t>(arrays.n_examples * arrays.n_pos));
  for (int64_t example = 0; example < arrays.n_examples; ++example) {
    for (int64_t pos = 0; pos < arrays.n_pos; ++pos) table.push_back(at(example, pos));
  }
  file.array(path, {arrays.n_examples, arrays.n_pos}, table.data());
}

void write_examples(Hdf5Writer& file, const DatasetArrays& arrays) {
  using Row = int64_t;
  write_table(file, "/tokens", arrays, [&](Row e, Row p) { return arrays.token(e, p); });
  write_table(file, "/inputs", arrays, [&](Row e, Row p) { return arrays.input(e, p); });
  write_table(file, "/labels", arrays, [&](Row e, Row p) { return arrays.label(e, p); });
  if (!arrays.lengths.empty()) {
    file.array("/lengths", {arrays.n_examples}, wide(arrays.lengths).data());
  }
  if (!arrays.group.empty()) file.array("/group", {arrays.n_examples}, arrays.group.data());
  std::vector<int8_t> split;
  for (const Split each : arrays.split) split.push_back(static_cast<int8_t>(each));
  file.array("/split", {arrays.n_examples}, split.data());
}

Error corrupt(const Hdf5Reader& file, const std::string& fact) {
  return Error(ErrorKind::kCorrupt)
      .at(file.file())
      .fact(fact)
      .hint("make it again from the run's config.yaml");
}

// An array of `rank` axes; its length along each goes to `shape`.
std::vector<int64_t> read_array(const Hdf5Reader& file, const std::string& path, std::size_t rank,
                                std::vector<int64_t>& shape) {
  shape = file.shape(path);
  if (shape.size() != rank) {
    throw corrupt(
        file, path + " has " + std::to_string(shape.size()) + " axes, not " + std::to_string(rank));
  }
  return file.integers(path);
}

// Rows [first, first + n) of width `width`.
std::vector<std::vector<int32_t>> rows_of(const std::vector<int64_t>& flat, int64_t first,
                                          int64_t n, int64_t width) {
  std::vector<std::vector<int32_t>> rows;
  for (int64_t row = first; row < first + n; ++row) {
    rows.emplace_back(flat.begin() + row * width, flat.begin() + (row + 1) * width);
  }
  return rows;
}

void read_examples(const Hdf5Reader& file, DatasetArrays& arrays) {
  std::vector<int64_t> shape;
  const std::vector<int64_t> tokens = read_array(file, "/tokens", 2, shape);
  const std::vector<int64_t> inputs = file.integers("/inputs");
  arrays.tokens = narrow(tokens);
  arrays.n_examples = shape[0];
  arrays.n_pos = shape[1];
  if (inputs != tokens) arrays.inputs = narrow(inputs);
  arrays.labels = narrow(file.integers("/labels"));
  if (file.exists("/lengths")) arrays.lengths = narrow(file.integers("/lengths"));
  if (file.exists("/group")) arrays.group = file.integers("/group");
  for (const int64_t each : file.integers("/split")) {
    if (each != 0 && each != 1) {
      throw corrupt(file, "/split holds " + std::to_string(each) + ", not 0 or 1");
    }
    arrays.split.push_back(static_cast<Split>(each));
  }
}

void read_spans(const Hdf5Reader& file, DatasetArrays& arrays) {
  if (!file.exists("/spans")) return;
  for (const std::string& name : file.children("/spans")) {
    const std::vector<int64_t> ends = file.integers("/spans/" + name);
    if (ends.empty() || ends.size() % 2 != 0) {
      throw corrupt(file, "/spans/" + name + " holds no pairs of begin and end");
    }
    for (std::size_t i = 0; i < ends.size(); i += 2) {
      arrays.spans[name].push_back({ends[i], ends[i + 1]});
    }
  }
}

std::string word_of(const Hdf5Reader& file, const char* name, const char* otherwise) {
  const bool has = file.has_attribute("/selectors", name);
  return has ? file.text_attribute("/selectors", name) : otherwise;
}

void read_parts(const Hdf5Reader& file, DatasetArrays& arrays) {
  std::vector<int64_t> shape;
  if (file.exists("/selectors")) {
    arrays.part_value = file.integers("/selector");
    const std::vector<int64_t> flat = read_array(file, "/selectors", 2, shape);
    arrays.values = rows_of(flat, 0, shape[0], shape[1]);
    arrays.part = word_of(file, "span", kFirstPart);
    arrays.part_letter = word_of(file, "letter", kFirstLetter);
  }
  if (!file.exists("/candidates")) return;
  const std::vector<int64_t> flat = read_array(file, "/candidates", 3, shape);
  for (int64_t group = 0; group < shape[0]; ++group) {
    arrays.choices.push_back(rows_of(flat, group * shape[1], shape[1], shape[2]));
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
    throw corrupt(file, "the arrays of /floors differ in length");
  }
  for (std::size_t i = 0; i < n; ++i) {
    floors.push_back({names[i], quantities[i], nats[i], definitions[i]});
  }
  return floors;
}

}  // namespace

void write_dataset(const std::string& path, const MemoryDataset& data) {
  const DatasetArrays& arrays = data.arrays();
  Hdf5Writer file;
  file.format(kFormat, kDatasetFormatVersion);
  file.attribute("/", "task", arrays.name);
  file.attribute("/", "content_hash", data.info().content_hash);
  file.attribute("/", "ambiguity_nats", arrays.ambiguity_nats);
  write_examples(file, arrays);
  write_part(file, arrays);
  write_choices(file, arrays);
  file.texts("/vocabulary", arrays.vocabulary);
  write_spans(file, arrays);
  write_floors(file, arrays.floors);
  file.write(path, /*with_digest=*/true);
}

std::shared_ptr<const MemoryDataset> read_dataset(const std::string& path) {
  const Hdf5Reader file(path, DigestRule::kRequired);
  file.require_format(kFormat, kDatasetFormatVersion);
  DatasetArrays arrays;
  arrays.name = file.text_attribute("/", "task");
  arrays.ambiguity_nats = file.real_attribute("/", "ambiguity_nats");
  arrays.vocabulary = file.texts("/vocabulary");
  read_examples(file, arrays);
  read_spans(file, arrays);
  read_parts(file, arrays);
  arrays.floors = read_floors(file);
  const std::string misfit = find_misfit(arrays);
  if (!misfit.empty()) throw corrupt(file, "the dataset's parts do not fit: " + misfit);
  auto data = std::make_shared<const MemoryDataset>(std::move(arrays));
  const std::string named = file.text_attribute("/", "content_hash");
  const std::string& computed = data->info().content_hash;
  if (named != computed) {
    throw corrupt(file, "the content's hash is " + computed + ", but the file names " + named);
  }
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
