#include "core/model/intervene.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <optional>

#include "core/base/error.h"
#include "core/model/cached_run.h"
#include "hooks/interventions.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

class Intervening : public testing::Test {
 protected:
  Intervening() { donors["other"] = run_with_cache(model, other).cache; }

  static Intervention at(InterventionKind kind, const std::string& pattern) {
    Intervention made;
    made.kind = kind;
    made.at = pattern;
    return made;
  }

  // What the point holds after the interventions.
  at::Tensor seen(const std::vector<Intervention>& interventions, const std::string& name) const {
    CacheOptions options;
    options.patterns = {name};
    add_to(options.hooks, interventions, donors);
    return run_with_cache(model, tokens, options).cache[name];
  }

  std::optional<ErrorKind> kind_of_error(const std::vector<Intervention>& interventions) const {
    try {
      Hooks hooks;
      add_to(hooks, interventions, donors);
      model.forward(tokens, hooks);
    } catch (const Error& error) {
      return error.kind();
    }
    return std::nullopt;
  }

  Transformer model = make_model(made_models()[0], ModelDtype::kFloat64);
  at::Tensor tokens = make_tokens(model.options(), 3, 6);
  at::Tensor other = (tokens + 5).remainder(model.options().d_vocab);
  Donors donors;
  const std::string z = "blocks.1.attn.hook_z";
  const std::string resid = "blocks.0.hook_resid_post";
};

TEST_F(Intervening, ZeroReachesTheNamedHeadsAndPositionsAlone) {
  Intervention zero = at(InterventionKind::kZero, z);
  zero.heads = {1};
  zero.positions = {2, -1};
  at::Tensor expected = run_with_cache(model, tokens, {z}).cache[z].clone();
  expected.select(2, 1).select(1, 2).zero_();
  expected.select(2, 1).select(1, 5).zero_();
  EXPECT_TRUE(at::equal(seen({zero}, z), expected));
}

TEST_F(Intervening, PatchTakesEachPointFromTheDonorsRun) {
  Intervention patch = at(InterventionKind::kPatch, "blocks.*.attn.hook_pattern");
  patch.from = "other";
  for (const char* name : {"blocks.0.attn.hook_pattern", "blocks.1.attn.hook_pattern"}) {
    EXPECT_TRUE(at::equal(seen({patch}, name), donors["other"][name]));
  }
}

TEST_F(Intervening, MeanIsOverThisBatchOrOverAnotherRuns) {
  const at::Tensor own = run_with_cache(model, tokens, {resid}).cache[resid];
  Intervention mean = at(InterventionKind::kMean, resid);
  EXPECT_LT(relative_error(seen({mean}, resid), own.mean(0, true).expand_as(own)), 1e-15);
  mean.from = "other";
  const at::Tensor others = donors["other"][resid].mean(0, true).expand_as(own);
  EXPECT_LT(relative_error(seen({mean}, resid), others), 1e-15);
}

TEST_F(Intervening, ResampleGivesEachExampleAnothersValues) {
  Intervention resample = at(InterventionKind::kResample, resid);
  resample.order = {2, 0, 1};
  const at::Tensor own = run_with_cache(model, tokens, {resid}).cache[resid];
  EXPECT_TRUE(at::equal(seen({resample}, resid), own.index_select(0, at::tensor({2, 0, 1}))));
  resample.order = {0, 1, 3};
  EXPECT_THROW(seen({resample}, resid), Error);
}

TEST_F(Intervening, AddPutsTheScaledVectorOnTop) {
  Intervention add = at(InterventionKind::kAdd, resid);
  add.vector.assign(12, 0);
  add.vector[3] = 2;
  add.scale = -0.5;
  add.positions = {0};
  at::Tensor expected = run_with_cache(model, tokens, {resid}).cache[resid].clone();
  expected.select(1, 0).select(1, 3).sub_(1);
  EXPECT_TRUE(at::allclose(seen({add}, resid), expected));
  add.vector.pop_back();
  EXPECT_THROW(seen({add}, resid), Error);
}

// Was: donors with one example or one position, and vectors of one number, were broadcast.
TEST_F(Intervening, NothingIsBroadcastAtAnyPoint) {
  CacheOptions all;
  all.patterns = {"*"};
  const at::Tensor one_example = other.narrow(0, 0, 1), one_position = other.narrow(1, 0, 1);
  donors["example"] = run_with_cache(model, one_example, all).cache;
  donors["position"] = run_with_cache(model, one_position, all).cache;
  donors["other"] = run_with_cache(model, other, all).cache;
  for (const HookPoint& point : model.hook_table().points()) {
    if (!donors["other"].has(point.name)) continue;
    for (const InterventionKind kind : {InterventionKind::kPatch, InterventionKind::kMean}) {
      Intervention made = at(kind, point.name);
      for (const char* from : {"example", "position"}) {
        made.from = from;
        EXPECT_EQ(kind_of_error({made}), ErrorKind::kShape) << to_text(made);
      }
      made.from = "other";
      EXPECT_EQ(kind_of_error({made}), std::nullopt) << to_text(made);
    }
    Intervention add = at(InterventionKind::kAdd, point.name);
    add.vector = {1};
    const bool is_one = donors["other"][point.name].size(-1) == 1;
    EXPECT_EQ(kind_of_error({add}).has_value(), !is_one) << point.name;
  }
}

TEST_F(Intervening, APatchOfSomePositionsOrHeadsNeedsTheWholeShapeToo) {
  donors["example"] = run_with_cache(model, other.narrow(0, 0, 1), {z}).cache;
  Intervention patch = at(InterventionKind::kPatch, z);
  patch.from = "example";
  patch.positions = {-1};
  patch.heads = {0};
  EXPECT_EQ(kind_of_error({patch}), ErrorKind::kShape);
}

TEST_F(Intervening, TheyComposeInTheirOrder) {
  Intervention add = at(InterventionKind::kAdd, resid);
  add.vector.assign(12, 1);
  const Intervention zero = at(InterventionKind::kZero, resid);
  EXPECT_EQ(seen({add, zero}, resid).abs().max().item<double>(), 0);
  EXPECT_EQ(seen({zero, add}, resid).min().item<double>(), 1);
}

TEST_F(Intervening, AnUnknownDonorOrPointIsAnErrorWithTheNearestName) {
  Intervention patch = at(InterventionKind::kPatch, resid);
  patch.from = "othr";
  try {
    seen({patch}, resid);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean other"), std::string::npos);
  }
  EXPECT_THROW(seen({at(InterventionKind::kZero, "blocks.7.hook_resid_pre")}, resid), Error);
  Intervention heads = at(InterventionKind::kZero, resid);
  heads.heads = {0};
  EXPECT_THROW(seen({heads}, resid), Error);  // no axis of heads there
}

TEST_F(Intervening, PatternsTakenAreThoseOfTheirDonor) {
  Intervention patch = at(InterventionKind::kPatch, z);
  patch.from = "other";
  EXPECT_EQ(patterns_taken({patch, at(InterventionKind::kZero, resid)}, "other"),
            std::vector<std::string>{z});
}

}  // namespace
}  // namespace kairo
