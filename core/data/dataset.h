// A dataset: all that trainer, evaluation and probes know of a task.
//
// It gives examples in batches, says what it is (DatasetInfo) and may have facets, which a caller
// asks for: named positions, alternatives, choices, documents. A facet that a task lacks is null.
// Implementations: arrays in memory (core/data/memory_dataset.h).
//
// A model reads `tokens` and predicts, at position p, the token that `labels` has there; a position
// without a loss has kNoLabel. Examples may differ in length and have labels anywhere.
// Thread rule: built once, then read only; any thread may call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kairo {

constexpr int32_t kNoLabel = -1;

// Positions [begin, end).
struct Span {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t size() const { return end - begin; }
  bool has(int64_t pos) const { return pos >= begin && pos < end; }
};
inline bool operator==(const Span& a, const Span& b) {
  return a.begin == b.begin && a.end == b.end;
}
inline bool operator!=(const Span& a, const Span& b) { return !(a == b); }

enum class Split : int8_t { kTrain = 0, kHeldOut = 1 };

// The best loss that is possible without some part of the input, computed exactly from the
// examples.
struct Floor {
  std::string name;      // "without_selector"
  std::string quantity;  // metric it bounds: "first_target_loss", "loss"
  double nats = 0;
  std::string definition;  // one sentence for figures and reports
};

struct DatasetInfo {
  std::string name;                     // "disambiguation/bz_to_a"
  std::vector<std::string> vocabulary;  // [d_vocab], printable name of each token
  int64_t n_examples = 0;
  int64_t n_pos = 0;         // of the longest example
  bool equal_length = true;  // all examples have n_pos tokens
  int64_t memory_bytes = 0;  // that the examples take
  std::vector<Floor> floors;
  // The scale of the events, in nats: log K if there is an ambiguity to resolve, else 0.
  double ambiguity_nats = 0;
  std::string content_hash;  // SHA-256, hex: what records name as their dataset

  int64_t d_vocab() const { return static_cast<int64_t>(vocabulary.size()); }
};

// Some examples, padded at the right to the longest of them.
struct Batch {
  int64_t n = 0;
  int64_t n_pos = 0;
  std::vector<int32_t> tokens;  // [n, pos], what the model reads
  std::vector<int32_t> labels;  // [n, pos], or kNoLabel; padding has none
};

// Named positions of each example: "target" is the answer without what ends it.
class Spans {
 public:
  virtual ~Spans() = default;
  virtual std::vector<std::string> names() const = 0;
  // kNotFound for an unknown name.
  virtual Span at(const std::string& name, int64_t example) const = 0;
  // The span if it exists and is the same in all examples.
  virtual std::optional<Span> fixed(const std::string& name) const = 0;
};

// An example with one of its parts replaced by another value.
struct Alternative {
  int64_t example = 0;
  int64_t value = 0;         // index of the value put in place of the example's own
  int64_t counterpart = -1;  // the example that is the same but for this value, or -1
  bool same_answer = false;  // the answer stays the same
};

// The same example with one part replaced: what the model makes of that part.
class Alternatives {
 public:
  virtual ~Alternatives() = default;
  virtual std::string part() const = 0;    // the span that is replaced, the same in all examples
  virtual std::string letter() const = 0;  // its short name in metrics: "z"
  virtual int64_t n_values() const = 0;    // values that the part can have
  virtual int64_t value_of(int64_t example) const = 0;
  // Another value, drawn uniformly with a generator seeded by (seed, example): the same for an
  // example whatever the set it is in. kConfig if there is one value only.
  virtual Alternative draw(int64_t example, uint64_t seed) const = 0;
  // What the model reads with the part replaced: [pos]. kShape for an unknown example or value.
  virtual std::vector<int32_t> tokens_with(int64_t example, int64_t value) const = 0;
};

// The whole answers that an example can have, as many for each example and of one length.
class Choices {
 public:
  virtual ~Choices() = default;
  virtual int64_t n_choices() const = 0;
  virtual std::vector<std::vector<int32_t>> of(int64_t example) const = 0;  // [choice][length]
};

// What is resampled as one: examples of one document are not independent.
class Documents {
 public:
  virtual ~Documents() = default;
  virtual int64_t of(int64_t example) const = 0;
};

class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual const DatasetInfo& info() const = 0;
  // In the order of `examples`. kShape for an example that does not exist.
  virtual Batch batch(const std::vector<int64_t>& examples) const = 0;
  virtual std::vector<int64_t> examples_of(Split which) const = 0;  // ascending
  // Writes the file from which the same dataset can be had again (dataset.h5). kIo.
  virtual void save(const std::string& path) const = 0;

  virtual const Spans* spans() const { return nullptr; }
  virtual const Alternatives* alternatives() const { return nullptr; }
  virtual const Choices* choices() const { return nullptr; }
  virtual const Documents* documents() const { return nullptr; }
};

// The span if the task has it at the same place in every example.
std::optional<Span> fixed_span(const Dataset& data, const std::string& name);

// Whether another value of a part can be put in its place: false without alternatives, and with one
// value only.
bool has_alternatives(const Dataset& data);

// One alternative per example. kConfig if there are none.
std::vector<Alternative> draw_alternatives(const Dataset& data,
                                           const std::vector<int64_t>& examples, uint64_t seed);

// `n` examples of a split drawn without replacement with `seed`, in ascending order; all if n is
// larger. A larger n draws the same and more. kConfig if the split is empty or n < 1.
std::vector<int64_t> draw_examples(const Dataset& data, Split split, int64_t n, uint64_t seed);

// Positions at which a row of the batch has a label, ascending.
std::vector<int64_t> labelled_positions(const Batch& batch);

}  // namespace kairo
