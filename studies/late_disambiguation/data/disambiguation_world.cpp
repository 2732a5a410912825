#include "studies/late_disambiguation/data/disambiguation_world.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "core/base/error.h"
#include "core/base/random.h"
#include "studies/late_disambiguation/data/distinct_codes.h"
#include "studies/late_disambiguation/data/vocabulary.h"

namespace kairo::late_disambiguation {
namespace {

Random stream(uint64_t seed, DataStream which) {
  return Random(seed, static_cast<uint64_t>(which));
}

void check_at_least_one(const char* where, int64_t value) {
  if (value >= 1) return;
  throw Error(ErrorKind::kConfig).at(where).expected("at least 1").came(std::to_string(value));
}

// Number of strings of that length; strings beyond int64 codes cannot be drawn.
int64_t space_of(const char* where, int64_t n_characters, int64_t length) {
  check_at_least_one(where, length);
  const int64_t space = code_space(n_characters, length);
  if (space > 0) return space;
  int64_t longest = 1;
  while (code_space(n_characters, longest + 1) > 0) ++longest;
  throw Error(ErrorKind::kConfig)
      .at(where)
      .expected("at most " + std::to_string(longest) + " with " + std::to_string(n_characters) +
                " characters (strings are drawn as 63-bit codes)")
      .came(std::to_string(length))
      .hint("shorten it");
}

void check_fits(const char* where, int64_t most, int64_t came, const std::string& reason,
                const char* hint) {
  if (came <= most) return;
  throw Error(ErrorKind::kConfig)
      .at(where)
      .expected("at most " + std::to_string(most) + " (" + reason + ")")
      .came(std::to_string(came))
      .hint(hint);
}

void check_world(const DisambiguationOptions& options, int64_t n_characters) {
  check_at_least_one("data.n_unique_b", options.n_unique_b);
  check_at_least_one("data.k", options.k);
  const int64_t n_bases = space_of("data.b_length", n_characters, options.b_length);
  check_fits("data.n_unique_b", n_bases, options.n_unique_b, "so many different bases exist",
             "lower it or raise data.b_length");
  if (has_selector(options.task)) {
    const int64_t n_selectors = space_of("data.z_length", n_characters, options.z_length);
    check_fits("data.k", n_selectors, options.k, "so many different selectors exist",
               "lower it or raise data.z_length");
  }
  const int64_t n_targets = space_of("data.a_length", n_characters, options.a_length);
  check_fits("data.n_unique_b", n_targets, options.n_unique_b, "so many different targets exist",
             "lower it or raise data.a_length");
  check_fits("data.k", n_targets / options.n_unique_b, options.k,
             std::to_string(n_targets) + " different targets for " +
                 std::to_string(options.n_unique_b) + " bases",
             "lower it or data.n_unique_b, or raise data.a_length");
  if (options.enforce_unique_a_first_char_per_b) {
    check_fits("data.k", n_characters, options.k, "one first character for each target of a base",
               "lower it or drop data.enforce_unique_a_first_char_per_b");
  }
}

TokenString string_of_digits(const std::vector<int64_t>& digits) {
  TokenString string;
  for (const int64_t digit : digits)
    string.push_back(static_cast<int32_t>(digit) + kFirstCharacter);
  return string;
}

std::vector<TokenString> draw_strings(Random random, int64_t n_characters, int64_t length,
                                      int64_t n) {
  DistinctCodes codes(code_space(n_characters, length));
  std::vector<TokenString> strings(n);
  for (TokenString& string : strings) {
    string = string_of_digits(digits_of_code(codes.draw(random), n_characters, length));
  }
  return strings;
}

// Targets whose first characters differ within a base: per first character, the rest of the string
// is drawn without replacement.
class FirstCharacterTargets {
 public:
  FirstCharacterTargets(const DisambiguationOptions& options, int64_t n_characters)
      : k_(options.k),
        rest_length_(options.a_length - 1),
        bases_left_(options.n_unique_b),
        rests_(n_characters, DistinctCodes(code_space(n_characters, rest_length_))) {}

  std::vector<TokenString> draw_base(Random& random) {
    const std::vector<int64_t> order = random_permutation(random, n_characters());
    --bases_left_;
    std::vector<int64_t> firsts(order.begin(), order.begin() + k_);
    if (!leaves_enough(firsts)) firsts = fullest(order);
    std::vector<TokenString> targets;
    for (const int64_t first : firsts) {
      std::vector<int64_t> digits =
          digits_of_code(rests_[first].draw(random), n_characters(), rest_length_);
      digits.insert(digits.begin(), first);
      targets.push_back(string_of_digits(digits));
    }
    return targets;
  }

 private:
  int64_t n_characters() const { return static_cast<int64_t>(rests_.size()); }

  // The m bases that follow take each first character at most once each, so they can be served
  // exactly if the sum over characters of min(left, m) is at least m·k (Gale and Ryser's condition;
  // taking the k fullest characters keeps it true).
  bool leaves_enough(const std::vector<int64_t>& firsts) const {
    std::vector<int64_t> left(rests_.size());
    for (std::size_t c = 0; c < rests_.size(); ++c) left[c] = rests_[c].left();
    for (const int64_t first : firsts) {
      if (--left[first] < 0) return false;
    }
    int64_t capacity = 0;
    for (const int64_t each : left) capacity += std::min(each, bases_left_);
    return capacity >= bases_left_ * k_;
  }

  // The k characters with most strings left, ties in random order.
  std::vector<int64_t> fullest(std::vector<int64_t> order) const {
    std::stable_sort(order.begin(), order.end(),
                     [this](int64_t a, int64_t b) { return rests_[a].left() > rests_[b].left(); });
    order.resize(k_);
    return order;
  }

  int64_t k_;
  int64_t rest_length_;
  int64_t bases_left_;
  std::vector<DistinctCodes> rests_;  // [first character]
};

std::vector<std::vector<TokenString>> draw_targets(const DisambiguationOptions& options,
                                                   Random random, int64_t n_characters) {
  std::vector<std::vector<TokenString>> targets(options.n_unique_b);
  if (options.enforce_unique_a_first_char_per_b) {
    FirstCharacterTargets source(options, n_characters);
    for (auto& of_base : targets) of_base = source.draw_base(random);
    return targets;
  }
  const std::vector<TokenString> all =
      draw_strings(random, n_characters, options.a_length, options.n_unique_b * options.k);
  for (int64_t base = 0; base < options.n_unique_b; ++base) {
    targets[base].assign(all.begin() + base * options.k, all.begin() + (base + 1) * options.k);
  }
  return targets;
}

}  // namespace

bool has_selector(Direction direction) {
  return direction == Direction::kBzToA || direction == Direction::kAzToB;
}

DisambiguationWorld draw_world(const DisambiguationOptions& options, uint64_t seed) {
  const int64_t n_characters = static_cast<int64_t>(options.vocab_chars.size());
  check_world(options, n_characters);
  DisambiguationWorld world;
  world.bases = draw_strings(stream(seed, DataStream::kBases), n_characters, options.b_length,
                             options.n_unique_b);
  if (has_selector(options.task)) {
    world.selectors = draw_strings(stream(seed, DataStream::kSelectors), n_characters,
                                   options.z_length, options.k);
  }
  world.targets = draw_targets(options, stream(seed, DataStream::kTargets), n_characters);
  return world;
}

}  // namespace kairo::late_disambiguation
