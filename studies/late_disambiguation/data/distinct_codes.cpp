#include "studies/late_disambiguation/data/distinct_codes.h"

#include <limits>

namespace kairo::late_disambiguation {

int64_t code_space(int64_t n_characters, int64_t length) {
  int64_t space = 1;
  for (int64_t i = 0; i < length; ++i) {
    if (space > std::numeric_limits<int64_t>::max() / n_characters) return -1;
    space *= n_characters;
    if (n_characters == 1) break;  // stays 1 however long
  }
  return space;
}

std::vector<int64_t> digits_of_code(int64_t code, int64_t n_characters, int64_t length) {
  std::vector<int64_t> digits(length);
  for (int64_t i = length - 1; i >= 0; --i) {
    digits[i] = code % n_characters;
    code /= n_characters;
  }
  return digits;
}

int64_t DistinctCodes::entry(int64_t index) const {
  const auto found = displaced_.find(index);
  return found == displaced_.end() ? index : found->second;
}

int64_t DistinctCodes::draw(Random& random) {
  const int64_t chosen = drawn_ + static_cast<int64_t>(random.below(left()));
  const int64_t code = entry(chosen);
  const int64_t moved = entry(drawn_);
  // The entry at drawn_ is never read again, so it need not be kept.
  displaced_.erase(drawn_);
  if (chosen != drawn_) displaced_[chosen] = moved;
  ++drawn_;
  return code;
}

}  // namespace kairo::late_disambiguation
