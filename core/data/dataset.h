// A dataset: everything that trainer, probes and figures know of a task.
//
// All sequences of a dataset have one length. A model reads `inputs` and predicts, at position p,
// the token `labels` has there; positions without a loss have label kNoLabel. For a causal model
// inputs are the tokens themselves; for a bidirectional one the answer is replaced by PAD in the
// inputs. Nothing here names a particular task: spans, groups and candidates have the meaning
// written below, and a quantity that a task lacks is empty.
//
// Thread rule: built once, then read only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kairo {

constexpr int64_t kNoLabel = -1;

// Positions [begin, end).
struct Span {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t size() const { return end - begin; }
};
inline bool operator==(const Span& a, const Span& b) {
  return a.begin == b.begin && a.end == b.end;
}

enum class Split : int8_t { kTrain = 0, kHeldOut = 1 };

// The best loss that is possible without some part of the input, computed exactly from the
// examples.
struct Floor {
  std::string name;      // "without_selector"
  std::string quantity;  // metric it bounds: "first_target_loss", "loss"
  double nats = 0;
  std::string definition;  // one sentence for figures and reports
};

struct Dataset {
  std::string task;                     // "disambiguation/bz_to_a"
  std::vector<std::string> vocabulary;  // [d_vocab], printable name of each token
  int64_t n_examples = 0;
  int64_t n_pos = 0;
  std::vector<int64_t> tokens;        // [example, pos], the whole sequence
  std::vector<int64_t> inputs;        // [example, pos], what the model reads
  std::vector<int64_t> labels;        // [example, pos], or kNoLabel
  std::map<std::string, Span> spans;  // "base", "selector" (absent without z), "target"
  std::vector<Split> split;           // [example]
  std::vector<int64_t> group;         // [example], examples that share a base
  std::vector<int64_t> selector;      // [example], index of its selector in its group, or empty
  std::vector<std::vector<int64_t>> selectors;  // [selector][z_length] tokens; empty without z
  // The whole targets (without EOS) that a base can have, as many in each group:
  // [group][candidate][target length].
  std::vector<std::vector<std::vector<int64_t>>> candidates;
  std::vector<Floor> floors;
  // log K where there is an ambiguity to resolve (K > 1), else 0: the scale of the events, in nats.
  double ambiguity_nats = 0;

  int64_t d_vocab() const { return static_cast<int64_t>(vocabulary.size()); }
  bool has_selector() const { return spans.count("selector") > 0; }
  const Span& target() const { return spans.at("target"); }
  // q: the position that predicts the first target token.
  int64_t first_target_query() const { return target().begin - 1; }
  int64_t token(int64_t example, int64_t pos) const { return tokens[example * n_pos + pos]; }
  std::vector<int64_t> examples_of(Split which) const;
};

// Where another selector leads, for one example.
struct SelectorSwap {
  int64_t example = 0;
  int64_t selector = 0;      // the other selector's index
  int64_t counterpart = -1;  // the example with the same base and that selector, or -1
  bool same_answer = false;  // both have the same whole target (az_to_b)
};

// One other selector per example, drawn uniformly with a generator seeded by (seed, example): the
// same for an example whatever the set it is in. Throws kConfig where there is no other selector
// (K = 1, no z) and kShape for an example that does not exist.
std::vector<SelectorSwap> draw_selector_swaps(const Dataset& data,
                                              const std::vector<int64_t>& examples, uint64_t seed);

// inputs of `example` with the selector's tokens replaced: [pos]. Throws kShape where the example
// or the selector does not exist.
std::vector<int64_t> inputs_with_selector(const Dataset& data, int64_t example, int64_t selector);

// `n` examples of a split drawn without replacement with `seed`, in ascending order; all where n is
// larger. A larger n draws the same and more. Throws kConfig where the split is empty or n < 1.
std::vector<int64_t> draw_examples(const Dataset& data, Split split, int64_t n, uint64_t seed);

// SHA-256 over everything above, hex: what records name as their dataset. Nats enter with twelve
// digits: the last bits of a logarithm differ between C libraries.
std::string content_hash(const Dataset& data);

}  // namespace kairo
