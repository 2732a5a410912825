// Uniform draws without replacement from a space of codes too large to list.
//
// A string of `length` characters out of n is a code in [0, n^length): its characters are the
// digits, the first the most significant. The draw is a Fisher-Yates shuffle of the whole space of
// which only the displaced entries are kept, so it ends in one step a draw however full the space
// is (drawing again until a code is new would not), and the first m of a longer draw are the draw
// of length m.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/base/random.h"

namespace kairo::late_disambiguation {

// n_characters^length, or -1 where that is beyond int64.
int64_t code_space(int64_t n_characters, int64_t length);

// The digits of `code`, [length], each in [0, n_characters).
std::vector<int64_t> digits_of_code(int64_t code, int64_t n_characters, int64_t length);

class DistinctCodes {
 public:
  // Codes 0 … space-1; space > 0. Memory grows with the draws, not with the space.
  explicit DistinctCodes(int64_t space) : space_(space) {}

  int64_t left() const { return space_ - drawn_; }
  // A code not drawn before, uniform over those. left() > 0.
  int64_t draw(Random& random);

 private:
  int64_t entry(int64_t index) const;

  int64_t space_;
  int64_t drawn_ = 0;
  std::unordered_map<int64_t, int64_t>
      displaced_;  // entries of the shuffle that are not their index
};

}  // namespace kairo::late_disambiguation
