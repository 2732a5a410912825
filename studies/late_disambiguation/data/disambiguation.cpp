#include "studies/late_disambiguation/data/disambiguation.h"

#include <cmath>

#include "studies/late_disambiguation/data/disambiguation_world.h"
#include "studies/late_disambiguation/data/floors.h"
#include "studies/late_disambiguation/data/split.h"
#include "studies/late_disambiguation/data/vocabulary.h"

namespace kairo::late_disambiguation {
namespace {

bool answers_with_base(Direction direction) {
  return direction == Direction::kAzToB || direction == Direction::kAToB;
}

void append(TokenString& sequence, const TokenString& part) {
  sequence.insert(sequence.end(), part.begin(), part.end());
}

// BOS source SEP (selector SEP) answer EOS; notes where the parts stand.
TokenString sequence_of(const TokenString& source, const TokenString* selector,
                        const TokenString& answer,
                        std::map<std::string, std::vector<Span>>& spans) {
  TokenString sequence = {kBos};
  const auto put = [&](const std::string& name, const TokenString& part) {
    const int64_t begin = static_cast<int64_t>(sequence.size());
    append(sequence, part);
    spans[name] = {{begin, static_cast<int64_t>(sequence.size())}};
  };
  put("base", source);
  sequence.push_back(kSep);
  if (selector != nullptr) {
    put("selector", *selector);
    sequence.push_back(kSep);
  }
  put("target", answer);
  sequence.push_back(kEos);
  return sequence;
}

// Adds one example. It has labels at the positions that predict the target and EOS; position p
// predicts token p + 1, for bidirectional models too.
void add_example(DatasetArrays& data, const TokenString& sequence, AttentionDir attention_dir) {
  const Span& target = data.span("target");
  append(data.tokens, sequence);
  if (attention_dir == AttentionDir::kBidirectional) {
    TokenString inputs = sequence;
    for (int64_t pos = target.begin; pos <= target.end; ++pos) inputs[pos] = kPad;
    append(data.inputs, inputs);
  }
  data.predicting = {target.begin - 1, target.end};
  ++data.n_examples;
  data.n_pos = static_cast<int64_t>(sequence.size());
}

void add_examples(DatasetArrays& data, const DisambiguationWorld& world,
                  const TaskRequest& request) {
  const Direction direction = request.data.as<DisambiguationOptions>().task;
  for (std::size_t b = 0; b < world.bases.size(); ++b) {
    for (std::size_t z = 0; z < world.targets[b].size(); ++z) {
      const TokenString& base = world.bases[b];
      const TokenString& target = world.targets[b][z];
      const TokenString* selector = has_selector(direction) ? &world.selectors[z] : nullptr;
      const bool reversed = answers_with_base(direction);
      const TokenString sequence =
          sequence_of(reversed ? target : base, selector, reversed ? base : target, data.spans);
      add_example(data, sequence, request.attention_dir);
      data.group.push_back(static_cast<int64_t>(b));
      if (selector != nullptr) data.part_value.push_back(static_cast<int64_t>(z));
    }
  }
}

std::vector<std::vector<TokenString>> candidates_of(const DisambiguationWorld& world,
                                                    Direction direction) {
  if (!answers_with_base(direction)) return world.targets;
  std::vector<std::vector<TokenString>> candidates;
  for (const TokenString& base : world.bases) candidates.push_back({base});
  return candidates;
}

}  // namespace

std::shared_ptr<const MemoryDataset> make_disambiguation(const TaskRequest& request) {
  const auto& options = request.data.as<DisambiguationOptions>();
  DatasetArrays data;
  data.name = "disambiguation/" + name_in(direction_names(), options.task);
  data.vocabulary = make_vocabulary(options.vocab_chars);
  const DisambiguationWorld world = draw_world(options, request.seed);
  add_examples(data, world, request);
  data.values = world.selectors;
  if (!data.values.empty()) {
    data.part = "selector";
    data.part_letter = "z";
  }
  data.choices = candidates_of(world, options.task);
  data.split = draw_split(options, data.group, options.n_unique_b,
                          Random(request.seed, static_cast<uint64_t>(DataStream::kSplit)));
  data.floors = floors_without_selector(data);
  data.ambiguity_nats = options.k > 1 ? std::log(static_cast<double>(options.k)) : 0;
  return std::make_shared<const MemoryDataset>(std::move(data));
}

}  // namespace kairo::late_disambiguation
