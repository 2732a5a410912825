#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>

#include "core/base/error.h"
#include "core/data/target_measures.h"
#include "probes/logit_lens.h"
#include "probes/performance.h"
#include "probes/registry.h"
#include "studies/late_disambiguation/data/options.h"
#include "studies/late_disambiguation/probes/attention_to_z.h"
#include "studies/late_disambiguation/probes/z_shuffle.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

using tiny::has;
using tiny::quantity;

// All zero but what a test sets: uniform attention, equal logits.
Transformer zero_model(const TransformerOptions& words) {
  Transformer model(words);
  model.parameters().freeze();
  return model;
}

void set_parameter(Transformer& model, const std::string& name, double value) {
  const torch::NoGradGuard no_grad;
  model.parameters().view(name).of(model.parameters().values()).fill_(value);
}

std::vector<Quantity> measure(const Probe& probe, const Transformer& model,
                              const ProbeInputs& inputs) {
  const torch::NoGradGuard no_grad;
  return probe.measure(model, inputs);
}

TEST(AttentionToZ, IsUniformWhereQueriesAreZero) {
  const auto data = tiny::data();
  Transformer model = tiny::random_model(tiny::model_words(*data));
  for (int64_t layer = 0; layer < 3; ++layer) {
    const std::string attn = "blocks." + std::to_string(layer) + ".attn.";
    set_parameter(model, attn + "W_Q", 0);
    set_parameter(model, attn + "b_Q", 0);
  }
  const std::vector<Quantity> all = measure(AttentionToZProbe(), model, tiny::inputs(data));
  // BOS B1 B2 B3 SEP z1 z2 SEP: q = 7 sees 8 positions, 2 of them z.
  EXPECT_DOUBLE_EQ(quantity(all, "uniform").mean[0], 2.0 / 8);
  const Quantity& attention = quantity(all, "attention_to_z");
  ASSERT_EQ(attention.mean.size(), 3U * 2U);
  for (const double each : attention.mean) EXPECT_NEAR(each, 2.0 / 8, 1e-6);
}

TEST(AttentionToZ, UniformIsOverAllPositionsWhereAttentionIsBidirectional) {
  tiny::Choice choice;
  choice.attention_dir = AttentionDir::kBidirectional;
  const auto data = tiny::data(choice);
  const Transformer model = zero_model(tiny::model_words(*data, choice));
  const std::vector<Quantity> all = measure(AttentionToZProbe(), model, tiny::inputs(data));
  EXPECT_DOUBLE_EQ(quantity(all, "uniform").mean[0], 2.0 / 12);
  EXPECT_NEAR(quantity(all, "attention_to_z").mean[0], 2.0 / 12, 1e-6);
}

TEST(AttentionToZ, TargetsAddsThePositionsThatPredictATargetToken) {
  const auto data = tiny::data();
  const Transformer model = zero_model(tiny::model_words(*data));
  AttentionToZProbe probe;
  dynamic_cast<AttentionToZOptions&>(probe.options()).positions = AttentionPositions::kTargets;
  const std::vector<Quantity> all = measure(probe, model, tiny::inputs(data));
  const Quantity& attention = quantity(all, "attention_to_z");
  EXPECT_EQ(attention.axes[2].values, (std::vector<int64_t>{7, 8, 9}));
  EXPECT_NEAR(attention.mean[1], 2.0 / 9, 1e-6);
  EXPECT_DOUBLE_EQ(quantity(all, "uniform").mean[2], 2.0 / 10);
}

TEST(AttentionToZ, NaNInTheModelIsRefused) {
  const auto data = tiny::data();
  Transformer model = tiny::random_model(tiny::model_words(*data));
  set_parameter(model, "blocks.1.attn.b_Q", std::nan(""));
  EXPECT_THROW(measure(AttentionToZProbe(), model, tiny::inputs(data)), Error);
}

TEST(LogitLens, AllLayersAreAlikeWhereBlocksAddNothing) {
  const auto data = tiny::data();
  Transformer model = tiny::random_model(tiny::model_words(*data));
  for (int64_t layer = 0; layer < 3; ++layer) {
    const std::string block = "blocks." + std::to_string(layer);
    for (const char* name : {".attn.W_O", ".attn.b_O", ".mlp.W_out", ".mlp.b_out"}) {
      set_parameter(model, block + name, 0);
    }
  }
  const std::vector<Quantity> all = measure(LogitLensProbe(), model, tiny::inputs(data));
  for (const char* name :
       {"probability", "log_probability", "rank", "candidate_probability", "kl"}) {
    const Quantity& rows = quantity(all, name);
    ASSERT_EQ(rows.mean.size(), 4U);
    for (std::size_t layer = 1; layer < 4; ++layer)
      EXPECT_NEAR(rows.mean[layer], rows.mean[0], 1e-6);
  }
  EXPECT_NEAR(quantity(all, "kl").mean[0], 0, 1e-9);
}

TEST(LogitLens, LastLayerEqualsTheModelsOutput) {
  const auto data = tiny::data();
  const Transformer model = tiny::random_model(tiny::model_words(*data));
  const ProbeInputs inputs = tiny::inputs(data);
  const std::vector<Quantity> lens = measure(LogitLensProbe(), model, inputs);
  const std::vector<Quantity> performance = measure(PerformanceProbe(), model, inputs);
  EXPECT_NEAR(-quantity(lens, "log_probability").mean[3],
              quantity(performance, "first_target_loss").mean[0], 1e-5);
  EXPECT_NEAR(quantity(lens, "kl").mean[3], 0, 1e-6);
  EXPECT_GT(quantity(lens, "kl").mean[0], 1e-3);
}

TEST(LogitLens, AModelOfZerosKnowsNothing) {
  const auto data = tiny::data();
  const Transformer model = zero_model(tiny::model_words(*data));
  const ProbeInputs inputs = tiny::inputs(data);
  const std::vector<Quantity> all = measure(LogitLensProbe(), model, inputs);
  const double n_tokens = static_cast<double>(data->info().d_vocab());
  EXPECT_NEAR(quantity(all, "probability").mean[0], 1 / n_tokens, 1e-6);
  // All logits are equal: the rank is the token's number, from 1.
  const Quantity& rank = quantity(all, "rank");
  for (int64_t i = 0; i < inputs.n(); ++i) {
    EXPECT_EQ(rank.per_example[i * 4], static_cast<float>(inputs.answer[i].item<int64_t>() + 1));
  }
}

TEST(LogitLens, AllPositionsAgreeWithQueryThere) {
  const auto data = tiny::data();
  const Transformer model = tiny::random_model(tiny::model_words(*data));
  const ProbeInputs inputs = tiny::inputs(data);
  LogitLensProbe everywhere;
  dynamic_cast<LogitLensOptions&>(everywhere.options()).positions = LensPositions::kAll;
  const std::vector<Quantity> all = measure(everywhere, model, inputs);
  const std::vector<Quantity> at_query = measure(LogitLensProbe(), model, inputs);
  const Quantity& probability = quantity(all, "probability");
  EXPECT_EQ(probability.axes[1].values, (std::vector<int64_t>{7, 8, 9, 10}));
  EXPECT_EQ(quantity(all, "candidate_probability").axes.size(), 1U);
  for (std::size_t layer = 0; layer < 4; ++layer) {
    EXPECT_NEAR(probability.mean[layer * 4], quantity(at_query, "probability").mean[layer], 1e-6);
  }
}

TEST(ZShuffle, AModelThatIgnoresZLosesNothing) {
  const auto data = tiny::data();
  const Transformer model = zero_model(tiny::model_words(*data));
  const std::vector<Quantity> all = measure(ZShuffleProbe(), model, tiny::inputs(data));
  EXPECT_EQ(quantity(all, "z_gap").mean[0], 0);
  EXPECT_NEAR(quantity(all, "first_target_loss").mean[0],
              std::log(static_cast<double>(data->info().d_vocab())), 1e-5);
  EXPECT_EQ(quantity(all, "prefers_other").mean[0], 0);  // equal logits prefer nothing
}

TEST(ZShuffle, GapIsTheDifferenceOfLossesAndEqualFirstTokensAreLeftOut) {
  const auto data = tiny::data();
  const Transformer model = tiny::random_model(tiny::model_words(*data));
  const ProbeInputs inputs = tiny::inputs(data, 24);
  const std::vector<Quantity> all = measure(ZShuffleProbe(), model, inputs);
  const double gap = quantity(all, "first_target_loss_shuffled").mean[0] -
                     quantity(all, "first_target_loss").mean[0];
  EXPECT_NEAR(quantity(all, "z_gap").mean[0], gap, 1e-5);
  EXPECT_NE(gap, 0);
  const Quantity& prefers = quantity(all, "prefers_other");
  EXPECT_EQ(prefers.n_examples, inputs.is_pair.sum().item<int64_t>());
  EXPECT_LT(prefers.n_examples, 24);
}

TEST(ZShuffle, HasNoOtherAnswerInAzToB) {
  tiny::Choice choice;
  choice.direction = Direction::kAzToB;
  const auto data = tiny::data(choice);
  const Transformer model = tiny::random_model(tiny::model_words(*data, choice));
  const ProbeInputs inputs = tiny::inputs(data);
  const std::vector<Quantity> all = measure(ZShuffleProbe(), model, inputs);
  EXPECT_FALSE(has(all, "prefers_other"));
  EXPECT_TRUE(has(all, "z_gap"));
  EXPECT_EQ(ZShuffleProbe().notes(inputs, model.options()).size(), 1U);
}

TEST(Performance, EqualsTheOneDefinitionOnTheModelsLogits) {
  const auto data = tiny::data();
  const Transformer model = tiny::random_model(tiny::model_words(*data));
  const ProbeInputs inputs = tiny::inputs(data);
  const std::vector<Quantity> all = measure(PerformanceProbe(), model, inputs);
  const torch::NoGradGuard no_grad;
  const at::Tensor logits = model.forward(inputs.inputs).narrow(1, 7, 4).contiguous();
  const auto expected = measure_targets(*data, inputs.examples, data->batch(inputs.examples),
                                        {logits.data_ptr<float>(), logits.size(-1)});
  for (int64_t i = 0; i < inputs.n(); ++i) {
    EXPECT_NEAR(quantity(all, "loss").per_example[i], expected[i].loss, 1e-4);
    EXPECT_EQ(quantity(all, "accuracy").per_example[i], static_cast<float>(expected[i].accuracy));
  }
}

TEST(Probes, EachSaysWhereItHasNoMeaning) {
  tiny::Choice none;
  none.direction = Direction::kBToA;
  tiny::Choice single;
  single.k = 1;
  tiny::Choice both_ways;
  both_ways.attention_dir = AttentionDir::kBidirectional;
  const auto probes = make_probes();
  const auto left_out = [&](const char* name, const tiny::Choice& choice) {
    const auto data = tiny::data(choice);
    return !why_left_out(find_probe(probes, name), *data, tiny::model_words(*data, choice)).empty();
  };
  for (const char* name : {"attention_to_z", "causal_patching", "z_shuffle", "path_patching"}) {
    EXPECT_TRUE(left_out(name, none)) << name;
    EXPECT_FALSE(left_out(name, {})) << name;
    EXPECT_FALSE(left_out(name, both_ways)) << name;
  }
  EXPECT_FALSE(left_out("attention_to_z", single));
  EXPECT_TRUE(left_out("candidates", single));
  EXPECT_TRUE(left_out("candidates", both_ways));
  EXPECT_FALSE(left_out("candidates", none));
  EXPECT_TRUE(left_out("head_scores", both_ways));
  EXPECT_FALSE(left_out("head_scores", none));
  for (const char* name : {"weight_norms", "weight_spectra", "composition", "gradient_flow"}) {
    EXPECT_FALSE(left_out(name, none)) << name;
    EXPECT_FALSE(left_out(name, both_ways)) << name;
  }
  tiny::Choice z_last;
  z_last.direction = Direction::kAzToB;
  EXPECT_TRUE(left_out("path_patching", z_last));
  EXPECT_FALSE(left_out("direct_attribution", z_last));
  EXPECT_FALSE(left_out("performance", none));
  EXPECT_FALSE(left_out("logit_lens", both_ways));
  EXPECT_THROW(find_probe(probes, "logit_lense"), Error);
}

TEST(Probes, EveryQuantityIsDescribed) {
  const auto data = tiny::data();
  const Transformer model = tiny::random_model(tiny::model_words(*data));
  ProbeInputs inputs = tiny::inputs(data);
  inputs.start = tiny::start(model);
  for (const auto& probe : make_probes()) {
    for (const Quantity& each : measure(*probe, model, inputs)) {
      EXPECT_FALSE(each.definition.empty()) << each.name;
      EXPECT_FALSE(each.units.empty()) << each.name;
      EXPECT_EQ(static_cast<int64_t>(each.mean.size()), each.size()) << each.name;
      if (each.n_examples > 0) continue;
      ASSERT_TRUE(probe->own_sample() && probe->own_sample()->n == 0) << each.name;
      for (const double error : each.standard_error) EXPECT_TRUE(std::isnan(error)) << each.name;
    }
  }
}

}  // namespace
}  // namespace kairo
