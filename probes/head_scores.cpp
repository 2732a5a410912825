#include "probes/head_scores.h"

#include <ATen/ATen.h>

#include <array>
#include <cmath>

#include "core/circuits/head_detectors.h"
#include "probes/quantities.h"
#include "probes/self_check.h"

namespace kairo {
namespace {

struct ScoredKind {
  const char* name;
  HeadKind kind;
  const char* attends;
};

constexpr double kScoresTolerance = 2e-4;  // rows of attention sum to one within half of it

constexpr std::array<ScoredKind, 3> kScoredKinds = {{
    {"previous_token", HeadKind::kPreviousToken, "the token before the query"},
    {"duplicate_token", HeadKind::kDuplicateToken, "earlier places of the query's token"},
    {"induction", HeadKind::kInduction, "what stood behind earlier places of the query's token"},
}};

// The token with which all sequences begin.
std::optional<int64_t> first_token(const Dataset& data) {
  const int32_t first = data.batch({0}).tokens.front();
  for (int64_t example = 1; example < data.info().n_examples; ++example) {
    if (data.batch({example}).tokens.front() != first) return std::nullopt;
  }
  return first;
}

int64_t longest(const Dataset& data) {
  return (data.info().n_pos - (first_token(data) ? 1 : 0)) / 2;
}

// What one kind of head looks at on given tokens.
struct Pattern {
  at::Tensor wanted;   // [sequence, 1, pos, pos]
  at::Tensor queries;  // [sequence, 1]: queries with a key; NaN for none

  // [sequence, head, pos, pos] -> [sequence, head]
  at::Tensor score(const at::Tensor& attention) const {
    return detection_score(attention, wanted) * static_cast<double>(attention.size(-1)) / queries;
  }
};

Pattern pattern_of(HeadKind kind, const at::Tensor& tokens) {
  const at::Tensor wanted = detection_pattern(kind, tokens).unsqueeze(1);
  const at::Tensor queries = wanted.amax(-1).sum(-1);
  return {wanted, queries.masked_fill(queries == 0, std::nan(""))};
}

// A share of all attention, times pos over the number of queries, is a mean over these queries only
// where rows sum to one: that mean of one sequence, without the detour.
void check_first_sequence(const Pattern& pattern, const at::Tensor& attention,
                          const at::Tensor& score) {
  const at::Tensor on_pattern = (attention[0] * pattern.wanted[0]).sum({-2, -1});
  check_agreement("head_scores", "scores are means over the queries that have a key",
                  score[0] * pattern.queries[0], on_pattern, kScoresTolerance);
}

// Attention to all positions up to the query alike, [1, 1, pos, pos].
at::Tensor uniform_attention(int64_t n_pos) {
  const at::Tensor all = at::ones({n_pos, n_pos}, at::kDouble).tril();
  return (all / all.sum(-1, true)).view({1, 1, n_pos, n_pos});
}

// [kind][sequence, layer, head]
std::array<at::Tensor, kScoredKinds.size()> scores_of(
    const Transformer& model, const at::Tensor& tokens,
    const std::array<Pattern, kScoredKinds.size()>& patterns) {
  std::array<std::vector<at::Tensor>, kScoredKinds.size()> by_layer;
  Hooks hooks;
  hooks.observe("blocks.*.attn.hook_pattern", [&](const at::Tensor& value, const HookPoint& point) {
    check_attention_rows("head_scores, " + point.name, value);
    const at::Tensor attention = value.to(at::kCPU, at::kDouble);
    for (std::size_t i = 0; i < kScoredKinds.size(); ++i) {
      by_layer[i].push_back(patterns[i].score(attention));
      if (point.layer == 0) check_first_sequence(patterns[i], attention, by_layer[i].back());
    }
  });
  LayerOptions forward;
  forward.stop_at_layer = model.options().n_layers;
  model.forward_layers(tokens, hooks, forward);
  std::array<at::Tensor, kScoredKinds.size()> scores;
  for (std::size_t i = 0; i < kScoredKinds.size(); ++i) scores[i] = at::stack(by_layer[i], 1);
  return scores;
}

}  // namespace

std::vector<Field> HeadScoresOptions::fields() {
  return {
      {"n_sequences", n_sequences, {2, 1 << 20}, "Random sequences, the same at every checkpoint."},
      {"length",
       length,
       {0, 1 << 20},
       "Random tokens before they are repeated; 0: as many as fit the task's sequences."},
      {"seed", seed, {0, IntRange().most}, "Of the random tokens."},
  };
}

std::string HeadScoresProbe::why_left_out(const Dataset& data) const {
  return options_.length == 0 && longest(data) < 2 ? "the task's sequences are too short to repeat"
                                                   : "";
}

std::vector<std::string> HeadScoresProbe::transformer_notes(const ProbeInputs& inputs,
                                                            const TransformerOptions&) const {
  const int64_t length = options_.length > 0 ? options_.length : longest(inputs.dataset());
  return {"n counts random sequences of " + std::to_string(length) +
          " tokens, repeated once; they are not examples of the task."};
}

std::vector<Quantity> HeadScoresProbe::measure_transformer(const Transformer& model,
                                                           const ProbeInputs& inputs) const {
  const Dataset& data = inputs.dataset();
  RepeatedTokens wanted;
  wanted.batch = options_.n_sequences;
  wanted.length = options_.length > 0 ? options_.length : longest(data);
  wanted.bos = first_token(data);
  wanted.n_tokens = data.info().d_vocab();  // the model may know tokens that were never trained
  wanted.seed = static_cast<uint64_t>(options_.seed);
  const at::Tensor tokens = repeated_random_tokens(model.options(), wanted);
  std::array<Pattern, kScoredKinds.size()> patterns;
  for (std::size_t i = 0; i < kScoredKinds.size(); ++i)
    patterns[i] = pattern_of(kScoredKinds[i].kind, tokens);
  const auto scores = scores_of(model, tokens, patterns);
  const std::vector<Axis> heads = {counted_axis("layer", model.options().n_layers),
                                   counted_axis("head", model.options().n_heads)};
  const at::Tensor uniform = uniform_attention(tokens.size(1));
  std::vector<Quantity> quantities, references;
  for (std::size_t i = 0; i < kScoredKinds.size(); ++i) {
    const ScoredKind& kind = kScoredKinds[i];
    quantities.push_back(per_example(
        {kind.name, std::string("attention to ") + kind.attends + ", mean over queries with such",
         "probability"},
        heads, scores[i]));
    references.push_back(per_example(
        {std::string("uniform/") + kind.name,
         std::string("attention to ") + kind.attends + ", were it uniform over what can be seen",
         "probability"},
        {}, patterns[i].score(uniform).squeeze(1)));
  }
  quantities.insert(quantities.end(), references.begin(), references.end());
  return quantities;
}

}  // namespace kairo
