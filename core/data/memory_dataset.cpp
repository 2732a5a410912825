#include "core/data/memory_dataset.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/dataset_check.h"
#include "core/data/dataset_file.h"

namespace kairo {
namespace {

void check_index(const char* what, int64_t index, std::size_t size) {
  if (index >= 0 && index < static_cast<int64_t>(size)) return;
  throw Error(ErrorKind::kShape)
      .at(what)
      .expected("an index in [0, " + std::to_string(size) + ")")
      .came(std::to_string(index));
}

// [group · n_values + value] -> example, or -1.
std::vector<int64_t> examples_by_value(const DatasetArrays& arrays) {
  const std::size_t n_values = arrays.values.size();
  if (n_values == 0) return {};
  const int64_t last_group = *std::max_element(arrays.group.begin(), arrays.group.end());
  std::vector<int64_t> examples((last_group + 1) * n_values, -1);
  for (int64_t i = 0; i < arrays.n_examples; ++i) {
    examples[arrays.group[i] * n_values + arrays.part_value[i]] = i;
  }
  return examples;
}

// Whether two examples read the same outside of two spans.
bool same_but_for(const DatasetArrays& arrays, int64_t a, int64_t b, const Span& part,
                  const Span& answer) {
  for (int64_t pos = 0; pos < arrays.n_pos; ++pos) {
    if (part.has(pos) || answer.has(pos)) continue;
    if (arrays.token(a, pos) != arrays.token(b, pos)) return false;
  }
  return true;
}

bool same_tokens(const DatasetArrays& arrays, int64_t a, int64_t b, const Span& span) {
  const auto first = arrays.tokens.begin();
  return std::equal(first + a * arrays.n_pos + span.begin, first + a * arrays.n_pos + span.end,
                    first + b * arrays.n_pos + span.begin);
}

DatasetInfo info_of(const DatasetArrays& arrays) {
  DatasetInfo info;
  info.name = arrays.name;
  info.vocabulary = arrays.vocabulary;
  info.n_examples = arrays.n_examples;
  info.n_pos = arrays.n_pos;
  info.equal_length = arrays.lengths.empty();
  info.memory_bytes = static_cast<int64_t>(
      (arrays.tokens.size() + arrays.inputs.size() + arrays.labels.size()) * sizeof(int32_t));
  info.floors = arrays.floors;
  info.ambiguity_nats = arrays.ambiguity_nats;
  info.content_hash = content_hash(arrays);
  return info;
}

}  // namespace

// All facets of one dataset: four small views of its arrays.
class MemoryDataset::Facets {
 public:
  explicit Facets(const DatasetArrays& arrays)
      : spans_(arrays), alternatives_(arrays), choices_(arrays), documents_(arrays) {}

  struct ArraySpans final : Spans {
    explicit ArraySpans(const DatasetArrays& all) : arrays(all) {}
    std::vector<std::string> names() const override {
      std::vector<std::string> names;
      for (const auto& each : arrays.spans) names.push_back(each.first);
      return names;
    }
    Span at(const std::string& name, int64_t example) const override {
      check_index("example", example, arrays.n_examples);
      const auto found = arrays.spans.find(name);
      if (found == arrays.spans.end()) {
        throw Error(ErrorKind::kNotFound).at(arrays.name).fact("there is no span '" + name + "'");
      }
      return found->second.size() == 1 ? found->second.front() : found->second[example];
    }
    std::optional<Span> fixed(const std::string& name) const override {
      const auto found = arrays.spans.find(name);
      if (found == arrays.spans.end() || found->second.size() != 1) return std::nullopt;
      return found->second.front();
    }
    const DatasetArrays& arrays;
  };

  struct ArrayAlternatives final : Alternatives {
    explicit ArrayAlternatives(const DatasetArrays& all)
        : arrays(all), by_value(examples_by_value(all)) {}
    std::string part() const override { return arrays.part; }
    std::string letter() const override { return arrays.part_letter; }
    int64_t n_values() const override { return static_cast<int64_t>(arrays.values.size()); }
    int64_t value_of(int64_t example) const override { return arrays.part_value[example]; }
    Alternative draw(int64_t example, uint64_t seed) const override;
    std::vector<int32_t> tokens_with(int64_t example, int64_t value) const override;
    const DatasetArrays& arrays;
    std::vector<int64_t> by_value;
  };

  struct ArrayChoices final : Choices {
    explicit ArrayChoices(const DatasetArrays& all) : arrays(all) {}
    int64_t n_choices() const override {
      return static_cast<int64_t>(arrays.choices.front().size());
    }
    std::vector<std::vector<int32_t>> of(int64_t example) const override {
      check_index("example", example, arrays.n_examples);
      return arrays.choices[arrays.group[example]];
    }
    const DatasetArrays& arrays;
  };

  struct ArrayDocuments final : Documents {
    explicit ArrayDocuments(const DatasetArrays& all) : arrays(all) {}
    int64_t of(int64_t example) const override { return arrays.group[example]; }
    const DatasetArrays& arrays;
  };

  ArraySpans spans_;
  ArrayAlternatives alternatives_;
  ArrayChoices choices_;
  ArrayDocuments documents_;
};

Alternative MemoryDataset::Facets::ArrayAlternatives::draw(int64_t example, uint64_t seed) const {
  if (n_values() < 2) {
    throw Error(ErrorKind::kConfig)
        .at(arrays.name)
        .fact("its " + arrays.part + " has one value only, so nothing can be put in its place")
        .hint("leave out what needs an alternative");
  }
  check_index("example of an alternative", example, arrays.n_examples);
  Random random(seed, static_cast<uint64_t>(example));
  Alternative drawn;
  drawn.example = example;
  drawn.value = static_cast<int64_t>(random.below(n_values() - 1));
  if (drawn.value >= value_of(example)) ++drawn.value;
  const int64_t group = arrays.group[example];
  drawn.same_answer = !arrays.choices.empty() && arrays.choices[group].size() == 1;
  // The example of the group with that value may differ elsewhere too; then it is no counterpart.
  const int64_t found = by_value[group * n_values() + drawn.value];
  const Span& answer = arrays.span("target");
  if (found >= 0 && same_but_for(arrays, example, found, arrays.span(arrays.part), answer)) {
    drawn.counterpart = found;
    drawn.same_answer = same_tokens(arrays, example, found, answer);
  }
  return drawn;
}

std::vector<int32_t> MemoryDataset::Facets::ArrayAlternatives::tokens_with(int64_t example,
                                                                           int64_t value) const {
  check_index("example", example, arrays.n_examples);
  check_index("value of the part", value, arrays.values.size());
  std::vector<int32_t> row;
  for (int64_t pos = 0; pos < arrays.n_pos; ++pos) row.push_back(arrays.input(example, pos));
  const std::vector<int32_t>& tokens = arrays.values[value];
  std::copy(tokens.begin(), tokens.end(), row.begin() + arrays.span(arrays.part).begin);
  return row;
}

int32_t DatasetArrays::label(int64_t example, int64_t pos) const {
  if (!labels.empty()) return labels[example * n_pos + pos];
  const bool predicts = predicting.has(pos) && pos + 1 < length(example);
  return predicts ? token(example, pos + 1) : kNoLabel;
}

MemoryDataset::MemoryDataset(DatasetArrays arrays) : arrays_(std::move(arrays)) {
  const std::string misfit = find_misfit(arrays_);
  if (!misfit.empty()) {
    throw Error(ErrorKind::kShape)
        .at(arrays_.name)
        .fact("the dataset's parts do not fit: " + misfit);
  }
  info_ = info_of(arrays_);
  facets_ = std::make_unique<Facets>(arrays_);
}

MemoryDataset::~MemoryDataset() = default;

Batch MemoryDataset::batch(const std::vector<int64_t>& examples) const {
  Batch batch;
  batch.n = static_cast<int64_t>(examples.size());
  for (const int64_t example : examples) {
    check_index("example of a batch", example, arrays_.n_examples);
    batch.n_pos = std::max(batch.n_pos, arrays_.length(example));
  }
  batch.tokens.reserve(batch.n * batch.n_pos);
  batch.labels.reserve(batch.n * batch.n_pos);
  for (const int64_t example : examples) {
    for (int64_t pos = 0; pos < batch.n_pos; ++pos) {
      batch.tokens.push_back(arrays_.input(example, pos));
      batch.labels.push_back(arrays_.label(example, pos));
    }
  }
  return batch;
}

std::vector<int64_t> MemoryDataset::examples_of(Split which) const {
  std::vector<int64_t> examples;
  for (int64_t i = 0; i < arrays_.n_examples; ++i) {
    if (arrays_.split[i] == which) examples.push_back(i);
  }
  return examples;
}

void MemoryDataset::save(const std::string& path) const { write_dataset(path, *this); }

const Spans* MemoryDataset::spans() const {
  return arrays_.spans.empty() ? nullptr : &facets_->spans_;
}

const Alternatives* MemoryDataset::alternatives() const {
  return arrays_.values.empty() ? nullptr : &facets_->alternatives_;
}

const Choices* MemoryDataset::choices() const {
  return arrays_.choices.empty() ? nullptr : &facets_->choices_;
}

const Documents* MemoryDataset::documents() const {
  return arrays_.group.empty() ? nullptr : &facets_->documents_;
}

}  // namespace kairo
