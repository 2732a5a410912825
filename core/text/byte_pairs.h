// Byte-pair merging (Sennrich, Haddow and Birch 2016; GPT-2's encoder.py): of all neighbouring
// pairs in a word the one whose merge has the lowest rank is merged, the leftmost of equals first,
// until no neighbours have a merge.
//
// Any thread may call the const members.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace kairo {

class BytePairs {
 public:
  // The next merge: its rank is the number of merges before it. False where the pair has one.
  // left, right, merged: token ids from 0 to 2^32 - 1.
  bool add(int64_t left, int64_t right, int64_t merged);

  // Merges the tokens of one word in place; time n log n in its length.
  void merge(std::vector<int64_t>& word) const;

  struct Merge {
    int64_t rank;
    int64_t merged;
  };
  // Null where the pair has none.
  const Merge* find(int64_t left, int64_t right) const;

 private:
  std::unordered_map<uint64_t, Merge> merges_;
};

}  // namespace kairo
