#include "studies/late_disambiguation/probes/causal_patching.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>

#include "core/base/error.h"
#include "probes/patching/effect.h"
#include "probes/patching/patch_grid.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

using namespace late_disambiguation;

using tiny::has;
using tiny::quantity;

std::vector<Quantity> measure(CausalPatchingProbe& probe, const tiny::Choice& choice,
                              int64_t n_examples = 24) {
  const torch::NoGradGuard no_grad;
  const auto data = tiny::data(choice);
  const Transformer model = tiny::random_model(tiny::model_words(*data, choice));
  return probe.measure(model, tiny::inputs(data, n_examples));
}

CausalPatchingOptions& options_of(CausalPatchingProbe& probe) {
  return dynamic_cast<CausalPatchingOptions&>(probe.options());
}

// Exchanges a and a' where the clean run prefers a' more than the corrupt one does, so that the
// mean difference is far from zero and effects are defined.
void turn_towards_clean(ProbeInputs& inputs, const std::vector<Quantity>& measured) {
  const Quantity& clean = quantity(measured, "ld_clean");
  const Quantity& corrupt = quantity(measured, "ld_corrupt");
  inputs.answer = inputs.answer.clone();
  for (int64_t i = 0; i < inputs.n(); ++i) {
    if (!(clean.per_example[i] < corrupt.per_example[i])) continue;
    const at::Tensor own = inputs.answer[i].clone();
    inputs.answer[i].copy_(inputs.other_answer[i]);
    inputs.other_answer[i].copy_(own);
  }
}

TEST(CausalPatching, PatchingAllThatDiffersGivesTheCorruptRunAndEffectOne) {
  // Donor and recipient differ in the first selector token alone: layer 0's resid_pre there is all
  // of it.
  const torch::NoGradGuard no_grad;
  CausalPatchingProbe probe;
  options_of(probe).sites = {"resid_pre"};
  const auto data = tiny::data();
  const Transformer model = tiny::random_model(tiny::model_words(*data));
  ProbeInputs inputs = tiny::inputs(data, 24);
  const int64_t first = data->arrays().span("selector").begin;
  inputs.swapped_inputs.select(1, first + 1).copy_(inputs.inputs.select(1, first + 1));
  turn_towards_clean(inputs, probe.measure(model, inputs));
  const std::vector<Quantity> all = probe.measure(model, inputs);
  const double clean = quantity(all, "ld_clean").mean[0];
  const double corrupt = quantity(all, "ld_corrupt").mean[0];
  EXPECT_GT(clean - corrupt, 0.1);
  EXPECT_NEAR(quantity(all, "ld_patched/resid_pre").mean[first], corrupt, 1e-4);
  EXPECT_NEAR(quantity(all, "effect_nats/resid_pre").mean[first], clean - corrupt, 1e-4);
  EXPECT_NEAR(quantity(all, "effect/resid_pre").mean[first], 1, 1e-4);
  EXPECT_NEAR(quantity(all, "effect/resid_pre").standard_error[first], 0, 1e-4);
  EXPECT_EQ(quantity(all, "effect/resid_pre").mean[first - 1], 0);
}

TEST(CausalPatching, NoisingAndDenoisingMirrorEachOtherWherePairsAreExchanged) {
  const torch::NoGradGuard no_grad;
  const auto data = tiny::data();
  const Transformer model = tiny::random_model(tiny::model_words(*data));
  const ProbeInputs inputs = tiny::inputs(data, 24);
  ProbeInputs exchanged = inputs;
  std::swap(exchanged.inputs, exchanged.swapped_inputs);
  std::swap(exchanged.answer, exchanged.other_answer);
  CausalPatchingProbe noising, denoising;
  options_of(denoising).direction = PatchDirection::kDenoising;
  const std::vector<Quantity> there = noising.measure(model, inputs);
  const std::vector<Quantity> back = denoising.measure(model, exchanged);
  // (B,z') into (B,z) is the same patch under either name; only the sign of LD turns.
  for (const std::string site : {"resid_pre", "attn_out", "mlp_out", "z", "z_by_pos"}) {
    const Quantity& a = quantity(there, "effect_nats/" + site);
    const Quantity& b = quantity(back, "effect_nats/" + site);
    ASSERT_EQ(a.mean.size(), b.mean.size());
    for (std::size_t i = 0; i < a.mean.size(); ++i) EXPECT_NEAR(a.mean[i], b.mean[i], 1e-4) << site;
  }
}

TEST(CausalPatching, PairsWithEqualFirstTokensAreCountedAndNaN) {
  CausalPatchingProbe probe;
  const std::vector<Quantity> all = measure(probe, {});
  const Quantity& clean = quantity(all, "ld_clean");
  int64_t n_nan = 0;
  for (const float each : clean.per_example) n_nan += std::isnan(each) ? 1 : 0;
  EXPECT_GT(n_nan, 0);
  EXPECT_EQ(quantity(all, "n_pairs_left_out").mean[0], static_cast<double>(n_nan));
  EXPECT_EQ(quantity(all, "n_pairs").mean[0], static_cast<double>(24 - n_nan));
  EXPECT_EQ(clean.n_examples, 24 - n_nan);
  EXPECT_EQ(quantity(all, "z_dependence").n_examples, 24);
}

TEST(CausalPatching, WithoutAnotherAnswerOnlyZDependenceStays) {
  tiny::Choice choice;
  choice.direction = Direction::kAzToB;
  CausalPatchingProbe probe;
  const std::vector<Quantity> all = measure(probe, choice, 12);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].name, "z_dependence");
}

TEST(CausalPatching, OtherBaseIsMeasuredAtTheSelectorAlone) {
  CausalPatchingProbe probe;
  options_of(probe).control = PatchControl::kOtherBase;
  const std::vector<Quantity> all = measure(probe, {});
  const Span span = tiny::data()->arrays().span("selector");
  const Quantity& effect = quantity(all, "other_base/effect_nats/resid_pre");
  EXPECT_EQ(effect.axes[1].values, (std::vector<int64_t>{span.begin, span.begin + 1}));
  // The embedding of z does not depend on the base: layer 0 is untouched, later layers are not.
  EXPECT_EQ(effect.mean[0], 0);
  EXPECT_EQ(effect.mean[1], 0);
  EXPECT_NE(effect.mean[2], 0);
}

TEST(CausalPatching, ChosenPositionsAreTheAxis) {
  CausalPatchingProbe probe;
  options_of(probe).positions = {9, 4};
  const std::vector<Quantity> all = measure(probe, {});
  EXPECT_EQ(quantity(all, "effect/attn_out").axes[1].values, (std::vector<int64_t>{4, 9}));
  // 9 stands after q: no effect in a causal model.
  EXPECT_EQ(quantity(all, "effect_nats/attn_out").mean[1], 0);
}

TEST(CausalPatching, APositionOutsideTheDataIsRefused) {
  CausalPatchingProbe probe;
  const auto made = tiny::data();  // Was: a reference into a dataset that was gone already.
  const Dataset& data = *made;
  const int64_t n_pos = data.info().n_pos;
  options_of(probe).positions = {n_pos - 1};
  EXPECT_NO_THROW(probe.check_options(data));
  options_of(probe).positions = {4, n_pos};
  try {
    probe.check_options(data);
    FAIL() << "took position " << n_pos;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_NE(std::string(error.what()).find("probes.causal_patching.positions"), std::string::npos)
        << error.what();
  }
}

TEST(CausalPatching, EveryTableCanBeAskedForAndHasItsAxes) {
  CausalPatchingProbe probe;
  options_of(probe).sites = patch_table_names();
  const std::vector<Quantity> all = measure(probe, {});
  EXPECT_EQ(quantity(all, "effect_nats/resid_mid").axes.size(), 2U);
  EXPECT_EQ(quantity(all, "effect_nats/pattern_by_pos").axes.size(), 3U);
  EXPECT_EQ(quantity(all, "effect_nats/k").axes.size(), 2U);
  EXPECT_EQ(quantity(all, "effect_nats/mlp_out_all_pos").axes.size(), 1U);
}

TEST(CausalPatching, AttributionComesWithItsErrorAgainstTheExactPatch) {
  CausalPatchingProbe probe;
  options_of(probe).attribution = true;
  const std::vector<Quantity> all = measure(probe, {});
  const Quantity& exact = quantity(all, "effect_nats/z_by_pos");
  const Quantity& estimate = quantity(all, "attribution_nats/z_by_pos");
  const Quantity& off = quantity(all, "attribution_error_nats/z_by_pos");
  double largest = 0;
  for (std::size_t i = 0; i < exact.mean.size(); ++i) {
    EXPECT_NEAR(off.mean[i], estimate.mean[i] - exact.mean[i], 1e-6);
    largest = std::max(largest, std::abs(off.mean[i]));
  }
  EXPECT_GT(largest, 0);
}

TEST(CausalPatching, BidirectionalModelsAreSweptOverAllPositions) {
  tiny::Choice choice;
  choice.attention_dir = AttentionDir::kBidirectional;
  CausalPatchingProbe probe;
  const std::vector<Quantity> all = measure(probe, choice);
  EXPECT_EQ(quantity(all, "effect/resid_pre").axes[1].values.size(),
            static_cast<std::size_t>(tiny::data(choice)->info().n_pos));
}

TEST(CausalPatching, SaysWhyItIsLeftOut) {
  const CausalPatchingProbe probe;
  tiny::Choice choice;
  choice.k = 1;
  EXPECT_EQ(probe.why_left_out(*tiny::data(choice)), "there is no other selector");
  choice.direction = Direction::kBToA;
  EXPECT_EQ(probe.why_left_out(*tiny::data(choice)), "the task has no part that can be replaced");
  EXPECT_EQ(probe.why_left_out(*tiny::data()), "");
}

TEST(Effect, IsTheRatioOfMeansAndItsBootstrapError) {
  // Numerators are half the denominators, example by example: 0.5 in every resampling.
  const at::Tensor denominator = at::tensor({1.0, 2.0, 3.0, 2.0}, at::kDouble);
  const at::Tensor counts = bootstrap_counts(50, 4, Random(3));
  const Estimate half = ratio_of_means((denominator * 0.5).unsqueeze(1), denominator, counts);
  EXPECT_DOUBLE_EQ(half.mean[0], 0.5);
  EXPECT_NEAR(half.standard_error[0], 0, 1e-12);
  EXPECT_TRUE(at::equal(counts.sum(1), at::full({50}, 4.0, at::kDouble)));
}

TEST(Effect, IsUndefinedWhereTheDenominatorIsWithinTwoErrorsOfZero) {
  // mean 1, deviation sqrt(20/3) = 2.58, error 1.29: 1 < 2.58.
  const at::Tensor denominator = at::tensor({-2.0, 4.0, 2.0, 0.0}, at::kDouble);
  const Estimate effect =
      ratio_of_means(denominator.unsqueeze(1), denominator, bootstrap_counts(50, 4, Random(3)));
  EXPECT_TRUE(std::isnan(effect.mean[0]));
  EXPECT_TRUE(std::isnan(effect.standard_error[0]));
}

}  // namespace
}  // namespace kairo
