#include <charconv>

#include "core/base/sha256.h"
#include "core/data/dataset.h"
#include "core/files/atomic_file.h"

namespace kairo {
namespace {

void add_all(Sha256& hash, const std::vector<int64_t>& values) {
  hash.add(static_cast<int64_t>(values.size()));
  hash.add(values.data(), values.size() * sizeof(int64_t));
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

void add_strings(Sha256& hash, const std::vector<std::vector<int64_t>>& strings) {
  hash.add(static_cast<int64_t>(strings.size()));
  for (const auto& string : strings) add_all(hash, string);
}

}  // namespace

std::string content_hash(const Dataset& data) {
  Sha256 hash;
  hash.add(data.task);
  hash.add(static_cast<int64_t>(data.vocabulary.size()));
  for (const std::string& name : data.vocabulary) hash.add(name);
  hash.add(data.n_examples);
  hash.add(data.n_pos);
  for (const auto* values :
       {&data.tokens, &data.inputs, &data.labels, &data.group, &data.selector}) {
    add_all(hash, *values);
  }
  hash.add(static_cast<int64_t>(data.spans.size()));
  for (const auto& [name, span] : data.spans) {
    hash.add(name);
    hash.add(span.begin);
    hash.add(span.end);
  }
  hash.add(static_cast<int64_t>(data.split.size()));
  hash.add(data.split.data(), data.split.size() * sizeof(Split));
  add_strings(hash, data.selectors);
  hash.add(static_cast<int64_t>(data.candidates.size()));
  for (const auto& candidates : data.candidates) add_strings(hash, candidates);
  add_floors(hash, data.floors);
  add_nats(hash, data.ambiguity_nats);
  return hash.hex();
}

}  // namespace kairo
