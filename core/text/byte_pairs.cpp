#include "core/text/byte_pairs.h"

#include <queue>
#include <tuple>

namespace kairo {
namespace {

uint64_t key_of(int64_t left, int64_t right) {
  return static_cast<uint64_t>(left) << 32 | static_cast<uint64_t>(right);
}

constexpr int64_t kNone = -1;

// A merge that was possible when it was noted; others may have used up its tokens since.
struct Candidate {
  int64_t rank;
  int64_t position;  // of the left token

  // std::priority_queue gives the largest first.
  bool operator<(const Candidate& other) const {
    return std::tie(rank, position) > std::tie(other.rank, other.position);
  }
};

// A word as a linked list of tokens, and the merges that are possible in it.
class WordMerger {
 public:
  WordMerger(const BytePairs& pairs, const std::vector<int64_t>& word) : pairs_(pairs) {
    const auto size = static_cast<int64_t>(word.size());
    tokens_.reserve(word.size());
    for (int64_t i = 0; i < size; ++i) {
      tokens_.push_back({word[i], i - 1, i + 1 < size ? i + 1 : kNone});
    }
    for (int64_t i = 0; i < size; ++i) note(i);
  }

  void run() {
    while (!candidates_.empty()) {
      const Candidate candidate = candidates_.top();
      candidates_.pop();
      const BytePairs::Merge* merge = merge_at(candidate.position);
      if (merge != nullptr && merge->rank == candidate.rank) {
        apply(candidate.position, merge->merged);
      }
    }
  }

  void read_into(std::vector<int64_t>& word) const {
    word.clear();
    for (int64_t i = tokens_.empty() ? kNone : 0; i != kNone; i = tokens_[i].next) {
      word.push_back(tokens_[i].id);
    }
  }

 private:
  struct Token {
    int64_t id;  // kNone: merged into the one before it
    int64_t previous;
    int64_t next;
  };

  const BytePairs::Merge* merge_at(int64_t position) const {
    const Token& left = tokens_[position];
    if (left.id == kNone || left.next == kNone) return nullptr;
    return pairs_.find(left.id, tokens_[left.next].id);
  }

  void note(int64_t position) {
    const BytePairs::Merge* merge = merge_at(position);
    if (merge != nullptr) candidates_.push({merge->rank, position});
  }

  void apply(int64_t position, int64_t merged) {
    Token& left = tokens_[position];
    Token& right = tokens_[left.next];
    left.id = merged;
    left.next = right.next;
    right.id = kNone;
    if (left.next != kNone) tokens_[left.next].previous = position;
    note(position);
    if (left.previous != kNone) note(left.previous);
  }

  const BytePairs& pairs_;
  std::vector<Token> tokens_;
  std::priority_queue<Candidate> candidates_;
};

}  // namespace

bool BytePairs::add(int64_t left, int64_t right, int64_t merged) {
  const auto rank = static_cast<int64_t>(merges_.size());
  return merges_.emplace(key_of(left, right), Merge{rank, merged}).second;
}

const BytePairs::Merge* BytePairs::find(int64_t left, int64_t right) const {
  const auto found = merges_.find(key_of(left, right));
  return found == merges_.end() ? nullptr : &found->second;
}

void BytePairs::merge(std::vector<int64_t>& word) const {
  WordMerger merger(*this, word);
  merger.run();
  merger.read_into(word);
}

}  // namespace kairo
