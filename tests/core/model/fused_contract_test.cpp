// What is fused where nobody looks equals what is done step by step where somebody does: losses and
// the gradients of all parameters, for every point of every kind of model, of models of drawn sizes
// and of one with long sequences; over one example, one position and drawn batches, with losses
// everywhere or at some positions.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/model/loss.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

struct Batch {
  int64_t examples, pos;
  std::vector<int64_t> positions;  // of the loss; empty: all
};

struct Pass {
  at::Tensor losses;     // [example, position]
  at::Tensor gradients;  // of their sum, flat
};

int64_t drawn(Random& random, int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random.below(static_cast<uint64_t>(most - least + 1)));
}

// One of each kind, of drawn sizes; batches and weights are drawn from the model's seed too.
std::vector<MadeModel> drawn_models() {
  std::vector<MadeModel> models = made_models();
  for (std::size_t i = 0; i < models.size(); ++i) {
    TransformerOptions& options = models[i].options;
    options.seed = 100 + static_cast<int64_t>(i);
    Random random(static_cast<uint64_t>(options.seed));
    options.n_layers = drawn(random, 1, 2);
    options.n_heads = options.n_heads == 1 ? 1 : drawn(random, 1, 3);
    // A norm of two or three numbers leaves little but their signs: its gradient is rounding.
    options.d_model = drawn(random, 5, 19);
    options.d_head = drawn(random, std::max<int64_t>(1, options.rotary_dim), 9);
    options.d_mlp = drawn(random, 1, 23);
    options.n_ctx = drawn(random, 4, 17);
    options.d_vocab = drawn(random, 5, 21);
  }
  return models;
}

// Past the 64 keys whose pattern is kept, past 256 positions, in several blocks of 32 rows.
MadeModel long_model() {
  MadeModel made{"rotary_300_positions", small_options()};
  made.options.n_ctx = 300;
  made.options.d_head = 7;
  made.options.rotary_dim = 6;
  made.options.positional_embedding_type = PositionalEmbedding::kRotary;
  return made;
}

std::vector<MadeModel> all_models() {
  std::vector<MadeModel> models = drawn_models();
  models.push_back(long_model());
  return models;
}

Batch drawn_batch(Random& random, int64_t n_ctx) {
  Batch batch{drawn(random, 1, 5), drawn(random, 1, n_ctx), {}};
  if (random.below(2) == 0) return batch;
  for (int64_t pos = 0; pos < batch.pos; ++pos) {
    if (random.below(3) == 0) batch.positions.push_back(pos);
  }
  return batch;
}

std::vector<Batch> batches_for(const TransformerOptions& options) {
  if (options.n_ctx > 256) return {{1, 300, {}}, {2, 77, {0, 31, 70}}};
  Random random(static_cast<uint64_t>(options.seed), 1);
  return {{1, 1, {}},
          drawn_batch(random, options.n_ctx),
          drawn_batch(random, options.n_ctx),
          drawn_batch(random, options.n_ctx)};
}

// The largest error of a parameter's gradient, relative to that gradient, or where it is nearly
// zero to a tenth of what so many numbers have of the whole: the bias of keys moves all scores of a
// row alike, and one position has no scores to move.
double gradient_error(const ParameterLayout& layout, const at::Tensor& got,
                      const at::Tensor& expected) {
  constexpr double kLeastShare = 0.1;
  const auto norm = [](const at::Tensor& x) { return x.to(at::kDouble).norm().item<double>(); };
  const double whole = norm(expected);
  double most = 0;
  for (const ParameterView& view : layout.views()) {
    const at::Tensor of_expected = view.of(expected);
    const double share =
        static_cast<double>(of_expected.numel()) / static_cast<double>(layout.count());
    const double size = std::max(norm(of_expected), kLeastShare * whole * std::sqrt(share));
    const double off = norm(view.of(got).to(at::kDouble) - of_expected.to(at::kDouble));
    most = std::max(most, size > 0 ? off / size : off);
  }
  return most;
}

class FusedContract : public testing::TestWithParam<MadeModel> {
 protected:
  static at::Tensor labels_of(const Batch& batch, const TransformerOptions& options) {
    const auto n = static_cast<int64_t>(batch.positions.size());
    return make_tokens(options, batch.examples + 1, n > 0 ? n : batch.pos)
        .narrow(0, 1, batch.examples)
        .contiguous();
  }

  // By a shard, whose fused operations add their weights' gradients in place.
  static Pass pass(const Transformer& model, const Batch& batch, const Hooks& hooks,
                   const PassRandom& random = {}) {
    Transformer shard = take_transformer(model.shard(), "a test");
    ForwardOptions forward;
    forward.positions = batch.positions;
    forward.random = random;
    const at::Tensor losses = shard.loss(make_tokens(model.options(), batch.examples, batch.pos),
                                         labels_of(batch, model.options()), hooks, forward);
    losses.sum().backward();
    return {losses.detach(), shard.parameters().gradients()};
  }

  // Of the batch's examples, for a model with dropout.
  static PassRandom random_of(const Batch& batch) {
    PassRandom random{{7, 3}, 0, {}};
    for (int64_t i = 0; i < batch.examples; ++i) random.examples.push_back(10 + i);
    return random;
  }

  static MadeModel with_dropout() {
    MadeModel made = GetParam();
    made.options.embed_dropout = 0.1;
    made.options.attn_dropout = 0.2;
    made.options.resid_dropout = 0.3;
    return made;
  }

  static void expect_equal_for_every_point(const Transformer& model, double most) {
    for (const Batch& batch : batches_for(model.options())) {
      const Pass fused = pass(model, batch, {}, random_of(batch));
      for (const HookPoint& point : model.hook_table().points()) {
        Hooks hooks;
        hooks.observe(point.name, [](const at::Tensor&, const HookPoint&) {});
        hooks.observe_gradient(point.name, [](const at::Tensor&, const HookPoint&) {});
        const Pass looked_at = pass(model, batch, hooks, random_of(batch));
        EXPECT_LT(relative_error(looked_at.losses, fused.losses), most) << point.name;
        EXPECT_LT(gradient_error(model.parameters().layout(), looked_at.gradients, fused.gradients),
                  most)
            << point.name;
      }
    }
  }
};

TEST_P(FusedContract, EveryPointLookedAtEqualsFusedInFloat32) {
  expect_equal_for_every_point(make_model(GetParam(), ModelDtype::kFloat32), 1e-5);
}

TEST_P(FusedContract, EveryPointLookedAtEqualsFusedInFloat64) {
  expect_equal_for_every_point(make_model(GetParam(), ModelDtype::kFloat64), 1e-12);
}

TEST_P(FusedContract, EveryPointLookedAtEqualsFusedWithDropout) {
  expect_equal_for_every_point(make_model(with_dropout(), ModelDtype::kFloat32), 1e-5);
  expect_equal_for_every_point(make_model(with_dropout(), ModelDtype::kFloat64), 1e-12);
}

TEST_P(FusedContract, Float32EqualsFloat64) {
  const Transformer model = make_model(GetParam(), ModelDtype::kFloat32);
  for (const Batch& batch : batches_for(model.options())) {
    const Pass fast = pass(model, batch, {}), slow = pass(in_double(model), batch, {});
    EXPECT_LT(relative_error(fast.losses, slow.losses), 1e-5);
    EXPECT_LT(gradient_error(model.parameters().layout(), fast.gradients, slow.gradients), 1e-5);
  }
}

TEST_P(FusedContract, LossIsTokenLossOfTheLogitsAndAShardsGradientsAreAutograds) {
  Transformer model = make_model(GetParam(), ModelDtype::kFloat32);
  for (const Batch& batch : batches_for(model.options())) {
    const Pass shard = pass(model, batch, {});
    ForwardOptions forward;
    forward.positions = batch.positions;
    model.parameters().zero_gradients();
    const at::Tensor losses = token_loss(
        model.forward(make_tokens(model.options(), batch.examples, batch.pos), {}, forward),
        labels_of(batch, model.options()));
    losses.sum().backward();
    EXPECT_LT(relative_error(shard.losses, losses), 1e-5);
    EXPECT_LT(gradient_error(model.parameters().layout(), shard.gradients,
                             model.parameters().gradients()),
              1e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, FusedContract, testing::ValuesIn(all_models()),
                         [](const auto& info) { return info.param.name; });

TEST(Loss, LabelsThatDoNotFitAreRefused) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  const at::Tensor tokens = make_tokens(model.options(), 2, 3);
  EXPECT_THROW(model.loss(tokens, tokens.narrow(1, 0, 2)), Error);
  EXPECT_THROW(model.loss(tokens, tokens + model.options().d_vocab), Error);
}

}  // namespace
}  // namespace kairo
