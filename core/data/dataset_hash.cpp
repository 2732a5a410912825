#include <charconv>

#include "core/base/sha256.h"
#include "core/data/memory_dataset.h"

namespace kairo {
namespace {

// Tokens are hashed as int64, which is how dataset.h5 holds them.
void add_all(Sha256& hash, const std::vector<int64_t>& values) {
  hash.add(static_cast<int64_t>(values.size()));
  hash.add(values.data(), values.size() * sizeof(int64_t));
}

void add_all(Sha256& hash, const std::vector<int32_t>& values) {
  add_all(hash, std::vector<int64_t>(values.begin(), values.end()));
}

template <typename At>
void add_table(Sha256& hash, const DatasetArrays& arrays, At at) {
  hash.add(arrays.n_examples * arrays.n_pos);
  std::vector<int64_t> row(static_cast<std::size_t>(arrays.n_pos));
  for (int64_t example = 0; example < arrays.n_examples; ++example) {
    for (int64_t pos = 0; pos < arrays.n_pos; ++pos) row[pos] = at(example, pos);
    hash.add(row.data(), row.size() * sizeof(int64_t));
  }
}

// The last bits of a logarithm differ between C libraries; twelve digits do not.
void add_nats(Sha256& hash, double nats) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, nats, std::chars_format::general, 12);
  hash.add(std::string(text, end.ptr));
}

void add_floors(Sha256& hash, const std::vector<Floor>& floors) {
  hash.add(static_cast<int64_t>(floors.size()));
  for (const Floor& floor : floors) {
    hash.add(floor.name);
    hash.add(floor.quantity);
    hash.add(floor.definition);
    add_nats(hash, floor.nats);
  }
}

void add_strings(Sha256& hash, const std::vector<std::vector<int32_t>>& strings) {
  hash.add(static_cast<int64_t>(strings.size()));
  for (const auto& string : strings) add_all(hash, string);
}

void add_spans(Sha256& hash, const DatasetArrays& arrays) {
  hash.add(static_cast<int64_t>(arrays.spans.size()));
  for (const auto& [name, spans] : arrays.spans) {
    hash.add(name);
    for (const Span& span : spans) {
      hash.add(span.begin);
      hash.add(span.end);
    }
  }
}

}  // namespace

std::string content_hash(const DatasetArrays& arrays) {
  Sha256 hash;
  hash.add(arrays.name);
  hash.add(static_cast<int64_t>(arrays.vocabulary.size()));
  for (const std::string& name : arrays.vocabulary) hash.add(name);
  hash.add(arrays.n_examples);
  hash.add(arrays.n_pos);
  using Row = int64_t;
  add_table(hash, arrays, [&](Row e, Row p) { return arrays.token(e, p); });
  add_table(hash, arrays, [&](Row e, Row p) { return arrays.input(e, p); });
  add_table(hash, arrays, [&](Row e, Row p) { return arrays.label(e, p); });
  add_all(hash, arrays.group);
  add_all(hash, arrays.part_value);
  add_spans(hash, arrays);
  hash.add(static_cast<int64_t>(arrays.split.size()));
  hash.add(arrays.split.data(), arrays.split.size() * sizeof(Split));
  add_strings(hash, arrays.values);
  hash.add(static_cast<int64_t>(arrays.choices.size()));
  for (const auto& choices : arrays.choices) add_strings(hash, choices);
  add_floors(hash, arrays.floors);
  add_nats(hash, arrays.ambiguity_nats);
  // Only if there are any: the hash of a dataset with one length stays what it was.
  if (!arrays.lengths.empty()) add_all(hash, arrays.lengths);
  return hash.hex();
}

}  // namespace kairo
