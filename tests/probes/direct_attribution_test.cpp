#include "probes/direct_attribution.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>

#include "core/model/cached_run.h"
#include "hooks/interventions.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

constexpr double kStored = 1e-6;  // per-example values are float32

std::vector<Quantity> attributions(const Transformer& model, const ProbeInputs& inputs) {
  const torch::NoGradGuard no_grad;
  return DirectAttributionProbe().measure(model, inputs);
}

double sum_of(const std::vector<Quantity>& all) {
  double sum = 0;
  for (const Quantity& each : all) {
    if (each.name.rfind("attribution/", 0) != 0) continue;
    for (const double part : each.mean) sum += part;
  }
  return sum;
}

TransformerOptions words(const tiny::Choice& choice) {
  TransformerOptions words = tiny::model_words(*tiny::data(choice), choice);
  words.dtype = ModelDtype::kFloat64;
  return words;
}

TEST(DirectAttribution, PartsAddUpToTheLogitDifference) {
  for (const Normalization norm :
       {Normalization::kLN, Normalization::kLNPre, Normalization::kNone}) {
    tiny::Choice choice;
    choice.normalization = norm;
    for (const bool attn_only : {false, true}) {
      TransformerOptions model = words(choice);
      model.attn_only = attn_only;
      const auto all = attributions(tiny::random_model(model), tiny::inputs(tiny::data(choice)));
      const double whole = tiny::quantity(all, "logit_difference").mean[0];
      EXPECT_NEAR(sum_of(all), whole, kStored * std::max(1.0, std::abs(whole)));
      EXPECT_EQ(tiny::has(all, "attribution/mlp"), !attn_only);
    }
  }
}

// Without another answer the logit is held against the mean of all.
TEST(DirectAttribution, OfATaskWithoutCounterpartsIsOfTheLogitAboveTheMean) {
  tiny::Choice choice;
  choice.direction = Direction::kAToB;
  const Transformer model = tiny::random_model(words(choice));
  const ProbeInputs inputs = tiny::inputs(tiny::data(choice));
  const auto all = attributions(model, inputs);
  const torch::NoGradGuard no_grad;
  const at::Tensor logits = model.forward(inputs.inputs).select(1, inputs.query());
  const at::Tensor above = logits.gather(1, inputs.answer.unsqueeze(1)).squeeze(1) - logits.mean(1);
  EXPECT_NEAR(tiny::quantity(all, "logit_above_mean").mean[0], above.mean().item<double>(),
              kStored);
  EXPECT_NEAR(sum_of(all), above.mean().item<double>(), kStored);
}

// Without norm and MLPs the last block's head adds just what its removal takes away.
TEST(DirectAttribution, OfALinearEndIsWhatRemovingTheHeadTakesAway) {
  tiny::Choice choice;
  choice.normalization = Normalization::kNone;
  TransformerOptions linear = words(choice);
  linear.attn_only = true;
  const Transformer model = tiny::random_model(linear);
  const ProbeInputs inputs = tiny::inputs(tiny::data(choice));
  const auto all = attributions(model, inputs);
  const torch::NoGradGuard no_grad;
  const auto difference = [&](const at::Tensor& logits) {
    const at::Tensor at_query = logits.select(1, inputs.query());
    const at::Tensor other = inputs.other_answer.clamp_min(0).unsqueeze(1);
    return (at_query.gather(1, inputs.answer.unsqueeze(1)) - at_query.gather(1, other))
        .squeeze(1)
        .masked_select(inputs.is_pair)
        .mean()
        .item<double>();
  };
  const double whole = difference(model.forward(inputs.inputs));
  Where head;
  head.heads = {1};
  const at::Tensor without =
      run_with_hooks(model, inputs.inputs, {{"blocks.2.attn.hook_z", zero_ablation(head)}});
  EXPECT_NEAR(tiny::quantity(all, "attribution/heads").mean[2 * 2 + 1], whole - difference(without),
              kStored);
}

}  // namespace
}  // namespace kairo
