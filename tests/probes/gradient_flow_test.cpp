#include "probes/gradient_flow.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>

#include "core/circuits/parameter_norms.h"
#include "core/model/batch.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

using tiny::has;
using tiny::quantity;

std::vector<Quantity> measure(const Transformer& model, const ProbeInputs& inputs) {
  const torch::NoGradGuard no_grad;  // as the replay calls it
  return GradientFlowProbe().measure(model, inputs);
}

TEST(GradientFlowProbe, ParameterNormsAreThoseOfAutogradOnTheMeanLoss) {
  const auto data = tiny::data();
  const Transformer frozen = tiny::random_model(tiny::model_words(*data));
  const ProbeInputs inputs = tiny::inputs(data);
  const std::vector<Quantity> all = measure(frozen, inputs);
  const Quantity& came = quantity(all, "parameter_gradient");
  Transformer model(frozen.options());
  {
    const torch::NoGradGuard no_grad;
    at::Tensor values = model.parameters().values();
    values.copy_(frozen.parameters().values());
  }
  token_losses(model, labelled_tokens(data->batch(inputs.examples))).mean().backward();
  const std::vector<double> expected =
      parameter_norms(model.parameters(), model.parameters().gradients());
  ASSERT_EQ(came.mean.size(), expected.size());
  EXPECT_EQ(came.axes[0].names, parameter_names(model.parameters()));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(came.mean[i], expected[i], 1e-4 * total_norm(expected)) << came.axes[0].names[i];
    EXPECT_TRUE(std::isnan(came.standard_error[i]));
  }
  EXPECT_EQ(came.n_examples, inputs.n());
}

TEST(GradientFlowProbe, SquaresOfSegmentsSumToTheWholeOfEachExample) {
  const auto data = tiny::data();
  const ProbeInputs inputs = tiny::inputs(data);
  const std::vector<Quantity> all = measure(tiny::random_model(tiny::model_words(*data)), inputs);
  const Quantity& segments = quantity(all, "embedding_gradient");
  const Quantity& whole = quantity(all, "embedding_gradient_whole");
  const Quantity& share = quantity(all, "segment_share");
  EXPECT_EQ(segments.axes[0].names,
            (std::vector<std::string>{"base", "selector", "target", "rest"}));
  for (int64_t e = 0; e < inputs.n(); ++e) {
    double squares = 0, shares = 0;
    for (int64_t s = 0; s < 4; ++s) {
      squares += std::pow(segments.per_example[e * 4 + s], 2);
      shares += share.per_example[e * 4 + s];
    }
    EXPECT_NEAR(std::sqrt(squares), whole.per_example[e], 1e-5 * whole.per_example[e]);
    EXPECT_NEAR(shares, 1, 1e-5);
    EXPECT_EQ(quantity(all, "selector_share").per_example[e], share.per_example[e * 4 + 1]);
  }
  EXPECT_GT(whole.standard_error[0], 0);
}

TEST(GradientFlowProbe, WithoutASelectorThereIsNoSegmentOfIt) {
  tiny::Choice choice;
  choice.direction = Direction::kBToA;
  const auto data = tiny::data(choice);
  const std::vector<Quantity> all =
      measure(tiny::random_model(tiny::model_words(*data, choice)), tiny::inputs(data));
  EXPECT_EQ(quantity(all, "segment_share").axes[0].names,
            (std::vector<std::string>{"base", "target", "rest"}));
  EXPECT_FALSE(has(all, "selector_share"));
}

// No gradient passes the last block's zero output to a position whose own loss is not read: with
// all blocks silent only the positions that predict are pulled at.
TEST(GradientFlowProbe, WhereBlocksAddNothingOnlyPredictingPositionsArePulledAt) {
  const auto data = tiny::data();
  Transformer model = tiny::random_model(tiny::model_words(*data));
  for (const ParameterView& view : model.parameters().views()) {
    const bool writes = view.name.find("attn.W_O") != std::string::npos ||
                        view.name.find("mlp.W_out") != std::string::npos;
    if (writes) view.of(model.parameters().values()).zero_();
  }
  const std::vector<Quantity> all = measure(model, tiny::inputs(data));
  const std::vector<double>& segments = quantity(all, "embedding_gradient").mean;
  EXPECT_EQ(segments[0], 0);  // base
  EXPECT_EQ(segments[1], 0);  // selector
  EXPECT_GT(segments[2], 0);  // targets predict targets
  EXPECT_GT(segments[3], 0);  // SEP predicts the first of them
}

}  // namespace
}  // namespace kairo
