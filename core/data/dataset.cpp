#include "core/data/dataset.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/random.h"

namespace kairo {

std::optional<Span> fixed_span(const Dataset& data, const std::string& name) {
  return data.spans() == nullptr ? std::nullopt : data.spans()->fixed(name);
}

bool has_alternatives(const Dataset& data) {
  return data.alternatives() != nullptr && data.alternatives()->n_values() > 1;
}

std::vector<Alternative> draw_alternatives(const Dataset& data,
                                           const std::vector<int64_t>& examples, uint64_t seed) {
  if (data.alternatives() == nullptr) {
    throw Error(ErrorKind::kConfig)
        .at("data.task")
        .fact(data.info().name + " has no part that can be replaced")
        .hint("leave out what needs an alternative");
  }
  std::vector<Alternative> drawn;
  for (const int64_t example : examples) {
    drawn.push_back(data.alternatives()->draw(example, seed));
  }
  return drawn;
}

std::vector<int64_t> draw_examples(const Dataset& data, Split split, int64_t n, uint64_t seed) {
  const std::vector<int64_t> pool = data.examples_of(split);
  if (pool.empty()) {
    throw Error(ErrorKind::kConfig)
        .at("data.probe_fraction")
        .fact("the split asked for has no examples")
        .hint("raise it or choose probes.split=train");
  }
  if (n < 1) {
    throw Error(ErrorKind::kConfig)
        .at("number of examples to draw")
        .expected("at least 1")
        .came(std::to_string(n));
  }
  Random random(seed);
  std::vector<int64_t> drawn = random_permutation(random, static_cast<int64_t>(pool.size()));
  drawn.resize(std::min<std::size_t>(n, pool.size()));
  for (int64_t& each : drawn) each = pool[each];
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

std::vector<int64_t> labelled_positions(const Batch& batch) {
  std::vector<int64_t> positions;
  for (int64_t pos = 0; pos < batch.n_pos; ++pos) {
    bool has_label = false;
    for (int64_t row = 0; row < batch.n && !has_label; ++row) {
      has_label = batch.labels[row * batch.n_pos + pos] != kNoLabel;
    }
    if (has_label) positions.push_back(pos);
  }
  return positions;
}

}  // namespace kairo
