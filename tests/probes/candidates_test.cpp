#include "studies/late_disambiguation/probes/candidates.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>

#include "core/data/dataset.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

using namespace late_disambiguation;

using tiny::quantity;

// -log softmax of the own target over the base's targets, each by a full pass of its own.
double loss_one_pass_each(const Transformer& model, const DatasetArrays& data, int64_t example) {
  const int64_t begin = data.span("target").begin, length = data.span("target").size();
  std::vector<double> scores;
  double own = 0;
  for (const auto& target : data.choices[data.group[example]]) {
    std::vector<int64_t> tokens(data.tokens.begin() + example * data.n_pos,
                                data.tokens.begin() + (example + 1) * data.n_pos);
    const bool is_own = std::equal(target.begin(), target.end(), tokens.begin() + begin);
    std::copy(target.begin(), target.end(), tokens.begin() + begin);
    const at::Tensor logits = model.forward(at::tensor(tokens, at::kLong).unsqueeze(0));
    const at::Tensor log_p = at::log_softmax(logits[0].to(at::kDouble), -1);
    double score = 0;
    for (int64_t i = 0; i < length; ++i) {
      score += log_p[begin - 1 + i][target[i]].item<double>();
    }
    scores.push_back(score);
    if (is_own) own = score;
  }
  double sum = 0;
  for (const double each : scores) sum += std::exp(each - own);
  return std::log(sum);
}

void expect_equal_to_one_pass_each(const TransformerOptions& words) {
  const torch::NoGradGuard no_grad;
  const auto data = tiny::data();
  const Transformer model = tiny::random_model(words);
  const ProbeInputs inputs = tiny::inputs(data);
  const std::vector<Quantity> all = CandidatesProbe().measure(model, inputs);
  const Quantity& loss = quantity(all, "candidate_loss");
  for (int64_t i = 0; i < inputs.n(); ++i) {
    const double expected = loss_one_pass_each(model, data->arrays(), inputs.examples[i]);
    EXPECT_NEAR(loss.per_example[i], expected, 1e-5 * std::max(1.0, expected));
  }
}

TEST(Candidates, ChanceIsLogK) {
  const torch::NoGradGuard no_grad;
  const auto data = tiny::data();
  const Transformer zeros(tiny::model_words(*data));
  const std::vector<Quantity> all = CandidatesProbe().measure(zeros, tiny::inputs(data, 24));
  EXPECT_NEAR(quantity(all, "candidate_loss").mean[0], std::log(3.0), 1e-6);
  // All scores are equal: the first candidate of each base counts as chosen, 8 examples of 24.
  EXPECT_NEAR(quantity(all, "candidate_accuracy").mean[0], 8.0 / 24, 1e-9);
}

TEST(Candidates, EqualsOnePassACandidate) {
  TransformerOptions words = tiny::model_words(*tiny::data());
  words.dtype = ModelDtype::kFloat64;
  expect_equal_to_one_pass_each(words);
}

TEST(Candidates, EqualsOnePassACandidateWithRotaryPositions) {
  TransformerOptions words = tiny::model_words(*tiny::data());
  words.positional_embedding_type = PositionalEmbedding::kRotary;
  expect_equal_to_one_pass_each(words);
}

TEST(Candidates, AreNotLimitedByTheModelsContext) {
  TransformerOptions words = tiny::model_words(*tiny::data());
  words.n_ctx = tiny::data()->info().n_pos;  // prefix and three candidates together are longer
  expect_equal_to_one_pass_each(words);
}

}  // namespace
}  // namespace kairo
