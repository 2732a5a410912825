// Probes of weights alone, on weights whose norms, spectra and compositions are known.
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>

#include "core/base/error.h"
#include "core/circuits/circuits.h"
#include "probes/composition.h"
#include "probes/weight_norms.h"
#include "probes/weight_spectra.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

using tiny::quantity;

Transformer zero_model(int64_t n_layers = 3) {
  TransformerOptions words = tiny::model_words(*tiny::data());
  words.n_layers = n_layers;
  Transformer model(words);
  model.parameters().freeze();
  return model;
}

at::Tensor view(Transformer& model, const std::string& name) {
  return model.parameters().view(name).of(model.parameters().values());
}

std::vector<Quantity> measure(const Probe& probe, const Transformer& model,
                              const Transformer& start) {
  ProbeInputs inputs = tiny::inputs(tiny::data());
  inputs.start = tiny::start(start);
  const torch::NoGradGuard no_grad;
  return probe.measure(model, inputs);
}

double at_name(const Quantity& of, const std::string& name) {
  const std::vector<std::string>& names = of.axes.at(0).names;
  const auto found = std::find(names.begin(), names.end(), name);
  EXPECT_NE(found, names.end()) << name;
  return of.mean.at(static_cast<std::size_t>(found - names.begin()));
}

TEST(WeightNorms, OfKnownWeightsByHand) {
  Transformer start = zero_model(), model = zero_model();
  view(start, "unembed.W_U")[0][0] = 3;
  view(start, "unembed.W_U")[0][1] = 4;  // norm 5
  view(model, "unembed.W_U")[0][0] = 3;
  view(model, "unembed.W_U")[0][1] = 16;         // norm sqrt(265), distance 12
  view(model, "blocks.1.attn.W_Q").fill_(0.25);  // 2 heads of 16 x 8 quarters: sqrt(256/16) = 4
  const std::vector<Quantity> all = measure(WeightNormsProbe(), model, start);
  EXPECT_DOUBLE_EQ(at_name(quantity(all, "norm"), "unembed.W_U"), std::sqrt(265.0));
  EXPECT_DOUBLE_EQ(at_name(quantity(all, "distance"), "unembed.W_U"), 12);
  EXPECT_DOUBLE_EQ(at_name(quantity(all, "relative_distance"), "unembed.W_U"), 12.0 / 5);
  EXPECT_DOUBLE_EQ(at_name(quantity(all, "distance"), "blocks.1.attn.W_Q"), 4);
  EXPECT_TRUE(std::isnan(at_name(quantity(all, "relative_distance"), "blocks.1.attn.W_Q")));
  EXPECT_EQ(at_name(quantity(all, "norm"), "embed.W_E"), 0);
  EXPECT_DOUBLE_EQ(quantity(all, "total_norm").mean[0], std::sqrt(265.0 + 16));
  EXPECT_DOUBLE_EQ(quantity(all, "total_distance").mean[0], std::sqrt(144.0 + 16));
  EXPECT_DOUBLE_EQ(quantity(all, "total_relative_distance").mean[0], std::sqrt(160.0) / 5);
}

TEST(WeightNorms, AtTheStartEveryDistanceIsZero) {
  const Transformer model = tiny::random_model(tiny::model_words(*tiny::data()));
  const std::vector<Quantity> all = measure(WeightNormsProbe(), model, model);
  for (const double each : quantity(all, "distance").mean) EXPECT_EQ(each, 0);
  EXPECT_EQ(quantity(all, "total_relative_distance").mean[0], 0);
  EXPECT_GT(quantity(all, "total_norm").mean[0], 1);
  EXPECT_EQ(quantity(all, "norm").n_examples, 0);
}

TEST(WeightNorms, AStartOfAnotherModelIsRefused) {
  EXPECT_THROW(measure(WeightNormsProbe(), zero_model(3), zero_model(2)), Error);
}

TEST(EffectiveRank, IsTheNumberOfEqualValuesAndOneOfASingleOne) {
  const at::Tensor values = at::tensor(std::vector<double>{2, 2, 2, 0, 5, 0, 0, 0, 0, 0, 0, 0});
  const at::Tensor rank = effective_rank(values.view({3, 4}));
  EXPECT_NEAR(rank[0].item<double>(), 3, 1e-12);
  EXPECT_NEAR(rank[1].item<double>(), 1, 1e-12);
  EXPECT_TRUE(std::isnan(rank[2].item<double>()));
  // Shares 3/4 and 1/4: exp(-(3/4) log(3/4) - (1/4) log(1/4)) = 4 / 3^(3/4).
  const at::Tensor two = effective_rank(at::tensor(std::vector<double>{3, 1}));
  EXPECT_NEAR(two.item<double>(), 4 / std::pow(3, 0.75), 1e-12);
}

TEST(WeightSpectra, OfCircuitsThatAreKnown) {
  Transformer model = zero_model();
  // OV of layer 0, head 1: the identity on the first 8 of 16 dimensions. QK of layer 2, head 0: an
  // outer product of lengths 2 and 3.
  view(model, "blocks.0.attn.W_V")[1].narrow(0, 0, 8).copy_(at::eye(8));
  view(model, "blocks.0.attn.W_O")[1].narrow(1, 0, 8).copy_(at::eye(8));
  view(model, "blocks.2.attn.W_Q")[0][3][1] = 2;
  view(model, "blocks.2.attn.W_K")[0][5][1] = 3;
  view(model, "embed.W_E")[0][0] = 1;
  view(model, "embed.W_E")[1][1] = 1;
  const std::vector<Quantity> all = measure(WeightSpectraProbe(), model, model);
  const auto of_head = [&](const char* name, int64_t layer, int64_t head) {
    return quantity(all, name).mean.at(static_cast<std::size_t>(layer * 2 + head));
  };
  EXPECT_NEAR(of_head("ov_effective_rank", 0, 1), 8, 1e-9);
  EXPECT_NEAR(of_head("ov_leading_singular_value", 0, 1), 1, 1e-9);
  EXPECT_NEAR(of_head("qk_effective_rank", 2, 0), 1, 1e-9);
  EXPECT_NEAR(of_head("qk_leading_singular_value", 2, 0), 6, 1e-9);
  EXPECT_TRUE(std::isnan(of_head("qk_effective_rank", 0, 0)));
  EXPECT_NEAR(quantity(all, "ov_mean_effective_rank").mean[0], 8, 1e-9);  // of those defined
  EXPECT_NEAR(quantity(all, "embed_effective_rank").mean[0], 2, 1e-9);
  EXPECT_TRUE(std::isnan(quantity(all, "unembed_effective_rank").mean[0]));
  const Quantity& values = quantity(all, "ov_singular_values");
  ASSERT_EQ(values.axes.back().name, "component");
  ASSERT_EQ(values.axes.back().values.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(values.mean[8 + i], 1, 1e-9);
}

TEST(WeightSpectra, AreThoseOfTheWholeMatrices) {
  const Transformer model = tiny::random_model(tiny::model_words(*tiny::data()));
  const std::vector<Quantity> all = measure(WeightSpectraProbe(), model, model);
  const at::Tensor whole = qk_circuits(model).product().to(at::kDouble);
  const at::Tensor expected = at::linalg_svdvals(whole[1][1]);
  const Quantity& values = quantity(all, "qk_singular_values");
  for (int64_t i = 0; i < 8; ++i) {
    EXPECT_NEAR(values.mean[static_cast<std::size_t>((1 * 2 + 1) * 8 + i)],
                expected[i].item<double>(), 1e-5);
  }
}

// Head 0 of layer 0 writes along dimension 0; the later head 1 of layer 2 reads its queries from
// dimension 0, its keys from 0 and 1 alike, its values from 1.
TEST(Composition, OfHeadsThatReadAlongAcrossOrHalfAlong) {
  Transformer model = zero_model();
  view(model, "blocks.0.attn.W_V")[0][4][0] = 2;
  view(model, "blocks.0.attn.W_O")[0][0][0] = 3;
  view(model, "blocks.2.attn.W_Q")[1][0][0] = 1;
  view(model, "blocks.2.attn.W_K")[1][0][0] = 1;
  view(model, "blocks.2.attn.W_K")[1][1][0] = 1;
  view(model, "blocks.2.attn.W_V")[1][1][0] = 1;
  view(model, "blocks.2.attn.W_O")[1][0][7] = 1;
  const std::vector<Quantity> all = measure(CompositionProbe(), model, model);
  const auto score = [&](const char* name) {  // [0, 0, 2, 1] of [3, 2, 3, 2]
    return quantity(all, name).mean.at(2 * 2 + 1);
  };
  EXPECT_NEAR(score("q_composition"), 1, 1e-6);
  EXPECT_NEAR(score("k_composition"), std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(score("v_composition"), 0, 1e-6);
  // Layer 1 and the heads that are zero have no score; a head does not compose with its own layer.
  EXPECT_TRUE(std::isnan(quantity(all, "q_composition").mean.at(1 * 2)));
  EXPECT_TRUE(std::isnan(quantity(all, "q_composition").mean.at(1)));
  const double baseline = quantity(all, "baseline").mean[0];
  EXPECT_NEAR(quantity(all, "q_largest_excess").mean[0], 1 - baseline, 1e-6);
  EXPECT_NEAR(quantity(all, "q_mean_excess").mean[0], 1 - baseline, 1e-6);  // of the one pair
}

TEST(Composition, TheBaselineIsThatOfRandomHeadsWithItsError) {
  TransformerOptions words = tiny::model_words(*tiny::data());
  words.n_layers = 6;
  words.n_heads = 2;
  const Transformer model = tiny::random_model(words);
  CompositionProbe probe;
  const std::vector<Quantity> all = measure(probe, model, model);
  const Quantity& baseline = quantity(all, "baseline");
  EXPECT_EQ(baseline.n_examples, 200);
  EXPECT_GT(baseline.standard_error[0], 0);
  // The mean square is 1/d_model exactly.
  const double deviation = quantity(all, "baseline_deviation").mean[0];
  EXPECT_NEAR(baseline.mean[0] * baseline.mean[0] + deviation * deviation, 1.0 / 16, 0.005);
  // 60 pairs of random heads lie about it.
  for (const char* name : {"q_mean_excess", "k_mean_excess", "v_mean_excess"}) {
    EXPECT_NEAR(quantity(all, name).mean[0], 0, 4 * deviation / std::sqrt(60.0)) << name;
  }
  for (const char* name : {"q_largest_excess", "k_largest_excess", "v_largest_excess"}) {
    EXPECT_GT(quantity(all, name).mean[0], 0) << name;
  }
}

TEST(Composition, ALargerSampleHasASmallerErrorAndAnotherSeedOtherNumbers) {
  const Transformer model = zero_model();
  const auto baseline = [&](int64_t samples, int64_t seed) {
    CompositionProbe probe;
    auto& options = dynamic_cast<CompositionOptions&>(probe.options());
    options.baseline_samples = samples;
    options.baseline_seed = seed;
    return quantity(measure(probe, model, model), "baseline");
  };
  EXPECT_LT(baseline(400, 0).standard_error[0], baseline(25, 0).standard_error[0]);
  EXPECT_EQ(baseline(25, 0).mean, baseline(25, 0).mean);
  EXPECT_NE(baseline(25, 0).mean, baseline(25, 1).mean);
}

TEST(Composition, OneLayerHasNothingToComposeWith) {
  const TransformerOptions one = zero_model(1).options();
  EXPECT_NE(why_left_out(CompositionProbe(), *tiny::data(), one), "");
}

TEST(Circuits, SayThatGainsAreNotFoldedUnlessTheyAre) {
  ProbeInputs inputs = tiny::inputs(tiny::data());
  TransformerOptions words = tiny::model_words(*tiny::data());
  EXPECT_EQ(WeightSpectraProbe().notes(inputs, words).size(), 1U);
  inputs.options.processing.fold_ln = true;
  EXPECT_TRUE(WeightSpectraProbe().notes(inputs, words).empty());
  inputs.options.processing.fold_ln = false;
  words.normalization_type = Normalization::kLNPre;
  EXPECT_TRUE(WeightSpectraProbe().notes(inputs, words).empty());
}

}  // namespace
}  // namespace kairo
