#include "studies/late_disambiguation/probes/candidates.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "probes/patching/branches.h"
#include "probes/patching/patch_run.h"
#include "probes/quantities.h"
#include "probes/self_check.h"

namespace kairo::late_disambiguation {
namespace {

constexpr int64_t kCheckedRows = 16;
constexpr double kTolerance = 1e-4;  // float32, one operation order or another

// The whole answers that each example can have.
struct Answers {
  at::Tensor tokens;  // [n, choice, target length] int64
  at::Tensor right;   // [n] int64, index of the example's own answer
};

Answers answers_of(const ProbeInputs& inputs) {
  const int64_t length = inputs.target().size();
  const Choices& choices = *inputs.dataset().choices();
  Answers answers{at::empty({inputs.n(), choices.n_choices(), length}, at::kLong),
                  at::zeros({inputs.n()}, at::kLong)};
  int64_t* to = answers.tokens.data_ptr<int64_t>();
  for (int64_t i = 0; i < inputs.n(); ++i) {
    const auto of_example = choices.of(inputs.examples[i]);
    const Batch own = inputs.dataset().batch({inputs.examples[i]});
    for (int64_t c = 0; c < choices.n_choices(); ++c) {
      to = std::copy(of_example[c].begin(), of_example[c].end(), to);
      if (std::equal(of_example[c].begin(), of_example[c].end(),
                     own.labels.begin() + inputs.query())) {
        answers.right[i] = c;
      }
    }
  }
  return answers;
}

// Residual entering block 0: [n, pos, d_model].
at::Tensor embedded(const Transformer& model, const at::Tensor& tokens) {
  LayerOptions forward;
  forward.stop_at_layer = 0;
  return model.forward_layers(tokens, {}, forward);
}

// Each candidate's tokens but the last, behind the target's query.
std::vector<Branch> branches_of(const Transformer& model, const at::Tensor& prefix,
                                const at::Tensor& candidates) {
  const int64_t begin = prefix.size(1), length = candidates.size(2) - 1;
  std::vector<Branch> branches;
  for (int64_t c = 0; length > 0 && c < candidates.size(1); ++c) {
    const at::Tensor tokens = at::cat({prefix, candidates.select(1, c).narrow(1, 0, length)}, 1);
    branches.push_back({begin, embedded(model, tokens).narrow(1, begin, length)});
  }
  return branches;
}

// [n, candidate], in double.
at::Tensor scores(const Transformer& model, const at::Tensor& prefix,
                  const at::Tensor& candidates) {
  const PatchRun trunk = record_run(model, prefix, prefix.size(1) - 1);
  const std::vector<at::Tensor> logits =
      run_branches(model, 0, {trunk.k, trunk.v}, branches_of(model, prefix, candidates),
                   BranchEnd::kEveryPosition);
  const at::Tensor first = at::log_softmax(trunk.logits.to(at::kDouble), -1);
  at::Tensor score = first.gather(1, candidates.select(2, 0));
  for (std::size_t c = 0; c < logits.size(); ++c) {
    const at::Tensor later =
        candidates.select(1, static_cast<int64_t>(c)).narrow(1, 1, candidates.size(2) - 1);
    score.select(1, static_cast<int64_t>(c)) += log_probability_of(logits[c], later).sum(1);
  }
  return score;
}

// The branches against one full pass: log P of the right target, token by token, for the first rows
// of a chunk.
void check_right_scores(const Transformer& model, const ProbeInputs& inputs, const Chunk& chunk,
                        const at::Tensor& right_scores) {
  const int64_t n = std::min(kCheckedRows, chunk.size()), length = inputs.target().size();
  ForwardOptions forward;
  for (int64_t i = 0; i < length; ++i) forward.positions.push_back(inputs.query() + i);
  const at::Tensor logits = model.forward(chunk.of(inputs.inputs).narrow(0, 0, n), {}, forward);
  const at::Tensor tokens =
      chunk.of(inputs.labels).narrow(0, 0, n).narrow(1, inputs.query(), length);
  check_agreement("candidates", "the right target's score is that of one full pass",
                  right_scores.narrow(0, 0, n), log_probability_of(logits, tokens).sum(1),
                  kTolerance);
}

// Of equal largest scores the first counts.
at::Tensor is_chosen(const at::Tensor& score, const at::Tensor& right) {
  const at::Tensor own = score.gather(1, right);
  const at::Tensor earlier = at::arange(score.size(1), right.options()).lt(right);
  const at::Tensor before = score.gt(own).logical_or(score.eq(own).logical_and(earlier));
  return before.any(1).logical_not().to(at::kDouble);
}

}  // namespace

std::string CandidatesProbe::why_left_out(const Dataset& data) const {
  if (data.choices() == nullptr) return "the task names no answers to choose among";
  if (data.choices()->n_choices() < 2) {
    return "an example has one answer only: nothing to choose among";
  }
  return "";
}

std::vector<Quantity> CandidatesProbe::measure_transformer(const Transformer& model,
                                                           const ProbeInputs& inputs) const {
  Answers answers = answers_of(inputs);
  answers.tokens = answers.tokens.to(inputs.inputs.device());
  answers.right = answers.right.to(inputs.inputs.device());
  const at::Tensor prefix = inputs.inputs.narrow(1, 0, inputs.query() + 1);
  std::vector<at::Tensor> loss, chosen;
  for (const Chunk& chunk : chunks(inputs.n())) {
    const at::Tensor right = chunk.of(answers.right).unsqueeze(1);
    const at::Tensor score = scores(model, chunk.of(prefix), chunk.of(answers.tokens));
    check_right_scores(model, inputs, chunk, score.gather(1, right).squeeze(1));
    loss.push_back(-at::log_softmax(score, 1).gather(1, right).squeeze(1));
    chosen.push_back(is_chosen(score, right));
  }
  return {
      per_example({"candidate_loss",
                   "-log P(the right target) by a softmax over the base's whole targets", "nats"},
                  {}, at::cat(loss)),
      per_example({"candidate_accuracy", "1 where the right target has the largest score, else 0",
                   "probability"},
                  {}, at::cat(chosen))};
}

}  // namespace kairo::late_disambiguation
