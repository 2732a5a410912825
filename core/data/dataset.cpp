#include "core/data/dataset.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/random.h"

namespace kairo {
namespace {

void check_other_selector(const Dataset& data) {
  if (data.selectors.size() >= 2) return;
  throw Error(ErrorKind::kConfig,
              {data.has_selector() ? "data.k" : "data.task", "at least two selectors to swap",
               data.has_selector() ? "no other selector: data.k is 1"
                                   : "no other selector: " + data.task + " has none",
               "leave out what needs another selector"});
}

void check_index(const char* what, int64_t index, int64_t size) {
  if (index >= 0 && index < size) return;
  throw Error(ErrorKind::kShape,
              {what, "an index in [0, " + std::to_string(size) + ")", std::to_string(index), ""});
}

bool has_one_answer(const Dataset& data, int64_t group) {
  return !data.candidates.empty() && data.candidates[group].size() == 1;
}

bool same_tokens(const Dataset& data, int64_t a, int64_t b, const Span& span) {
  const auto first = data.tokens.begin();
  return std::equal(first + a * data.n_pos + span.begin, first + a * data.n_pos + span.end,
                    first + b * data.n_pos + span.begin);
}

// [group · n_selectors + selector] -> example, or -1.
std::vector<int64_t> examples_by_selector(const Dataset& data) {
  const std::size_t n_selectors = data.selectors.size();
  const int64_t last_group = *std::max_element(data.group.begin(), data.group.end());
  std::vector<int64_t> examples((last_group + 1) * n_selectors, -1);
  for (int64_t i = 0; i < data.n_examples; ++i) {
    examples[data.group[i] * n_selectors + data.selector[i]] = i;
  }
  return examples;
}

}  // namespace

std::vector<int64_t> Dataset::examples_of(Split which) const {
  std::vector<int64_t> examples;
  for (int64_t i = 0; i < n_examples; ++i) {
    if (split[i] == which) examples.push_back(i);
  }
  return examples;
}

std::vector<SelectorSwap> draw_selector_swaps(const Dataset& data,
                                              const std::vector<int64_t>& examples, uint64_t seed) {
  check_other_selector(data);
  const int64_t n_selectors = static_cast<int64_t>(data.selectors.size());
  const std::vector<int64_t> by_selector = examples_by_selector(data);
  std::vector<SelectorSwap> swaps;
  for (const int64_t example : examples) {
    check_index("example of a selector swap", example, data.n_examples);
    Random random(seed, static_cast<uint64_t>(example));
    const int64_t own = data.selector[example];
    int64_t other = static_cast<int64_t>(random.below(n_selectors - 1));
    if (other >= own) ++other;
    SelectorSwap swap = {example, other, -1, has_one_answer(data, data.group[example])};
    // Where the base itself belongs to one selector (az_to_b), base and other selector are no
    // example.
    const int64_t found = by_selector[data.group[example] * n_selectors + other];
    if (found >= 0 && same_tokens(data, example, found, data.spans.at("base"))) {
      swap.counterpart = found;
      swap.same_answer = same_tokens(data, example, found, data.target());
    }
    swaps.push_back(swap);
  }
  return swaps;
}

std::vector<int64_t> inputs_with_selector(const Dataset& data, int64_t example, int64_t selector) {
  check_index("example", example, data.n_examples);
  check_index("selector", selector, static_cast<int64_t>(data.selectors.size()));
  const auto first = data.inputs.begin() + example * data.n_pos;
  std::vector<int64_t> inputs(first, first + data.n_pos);
  const std::vector<int64_t>& tokens = data.selectors[selector];
  std::copy(tokens.begin(), tokens.end(), inputs.begin() + data.spans.at("selector").begin);
  return inputs;
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
    throw Error(ErrorKind::kConfig,
                {"number of examples to draw", "at least 1", std::to_string(n), ""});
  }
  Random random(seed);
  std::vector<int64_t> drawn = random_permutation(random, static_cast<int64_t>(pool.size()));
  drawn.resize(std::min<std::size_t>(n, pool.size()));
  for (int64_t& each : drawn) each = pool[each];
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

}  // namespace kairo
