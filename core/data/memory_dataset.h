// A dataset whose examples are arrays in memory, four bytes a token.
//
// DatasetArrays is filled by a task or read from dataset.h5; MemoryDataset serves it. A quantity
// that a task lacks is empty, and the facet that stands on it is then null.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace kairo {

struct DatasetArrays {
  std::string name;                     // "disambiguation/bz_to_a"
  std::vector<std::string> vocabulary;  // [d_vocab]
  int64_t n_examples = 0;
  int64_t n_pos = 0;
  std::vector<int32_t> tokens;  // [example, pos], the whole sequence
  std::vector<int32_t> inputs;  // [example, pos], what the model reads; empty: the tokens
  // [example, pos], or kNoLabel. Empty: the next token, at each position of `predicting`.
  std::vector<int32_t> labels;
  Span predicting;
  std::vector<int32_t> lengths;  // [example], or empty: all n_pos. Behind them, padding
  // One span for all examples, or one per example.
  std::map<std::string, std::vector<Span>> spans;
  std::vector<Split> split;    // [example]
  std::vector<int64_t> group;  // [example], the document it belongs to; or empty
  // The part that can be replaced: a span's name, its short name, its values, and each example's.
  std::string part;
  std::string part_letter;
  std::vector<int64_t> part_value;           // [example], or empty
  std::vector<std::vector<int32_t>> values;  // [value][length of the part]
  // The whole answers of a group, as many for each: [group][choice][length].
  std::vector<std::vector<std::vector<int32_t>>> choices;
  std::vector<Floor> floors;
  double ambiguity_nats = 0;

  int64_t d_vocab() const { return static_cast<int64_t>(vocabulary.size()); }
  int64_t length(int64_t example) const { return lengths.empty() ? n_pos : lengths[example]; }
  int32_t token(int64_t example, int64_t pos) const { return tokens[example * n_pos + pos]; }
  int32_t input(int64_t example, int64_t pos) const {
    return inputs.empty() ? token(example, pos) : inputs[example * n_pos + pos];
  }
  int32_t label(int64_t example, int64_t pos) const;
  // The only span of this name; std::out_of_range if there is none.
  const Span& span(const std::string& name) const { return spans.at(name).front(); }
};

// SHA-256 over everything above, hex. Nats enter with twelve digits: the last bits of a logarithm
// differ between C libraries.
std::string content_hash(const DatasetArrays& arrays);

class MemoryDataset final : public Dataset {
 public:
  // kShape if the arrays do not fit together (core/data/dataset_check.h).
  explicit MemoryDataset(DatasetArrays arrays);
  ~MemoryDataset() override;

  const DatasetInfo& info() const override { return info_; }
  Batch batch(const std::vector<int64_t>& examples) const override;
  std::vector<int64_t> examples_of(Split which) const override;
  void save(const std::string& path) const override;  // core/data/dataset_file.h
  const Spans* spans() const override;
  const Alternatives* alternatives() const override;
  const Choices* choices() const override;
  const Documents* documents() const override;

  const DatasetArrays& arrays() const { return arrays_; }

 private:
  class Facets;

  DatasetArrays arrays_;
  DatasetInfo info_;
  std::unique_ptr<Facets> facets_;
};

}  // namespace kairo
