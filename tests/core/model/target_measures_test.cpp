#include "core/model/target_measures.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/data/task.h"
#include "core/model/batch.h"

namespace kairo {
namespace {

struct Made {
  Dataset data;
  ModelOptions options;

  explicit Made(AttentionDir direction = AttentionDir::kCausal) {
    TaskRequest request{"disambiguation", {}, direction, 0};
    request.data.n_unique_b = 100;
    request.data.k = 3;
    data = make_dataset(request);
    options.n_layers = 1;
    options.d_model = 16;
    options.n_heads = 2;
    options.d_head = 8;
    options.d_mlp = 16;
    options.d_vocab = data.d_vocab();
  }
};

TEST(Batch, HoldsTheExamplesInTheOrderAsked) {
  const Made made;
  const at::Tensor inputs = inputs_of(made.data, std::vector<int64_t>{5, 2});
  ASSERT_EQ(inputs.sizes(), (at::IntArrayRef{2, made.data.n_pos}));
  EXPECT_EQ(inputs[0][3].item<int64_t>(), made.data.inputs[5 * made.data.n_pos + 3]);
  EXPECT_EQ(inputs[1][3].item<int64_t>(), made.data.inputs[2 * made.data.n_pos + 3]);
}

TEST(Batch, LossPositionsAreThoseThatPredictTheTargetAndItsEnd) {
  const Made made;
  const std::vector<int64_t> positions = loss_positions(made.data);
  ASSERT_EQ(positions.size(), 5u);
  EXPECT_EQ(positions.front(), made.data.first_target_query());
  EXPECT_EQ(positions.back(), made.data.target().end - 1);
  Dataset uneven = made.data;
  uneven.labels[uneven.first_target_query()] = kNoLabel;
  EXPECT_THROW(loss_positions(uneven), Error);
}

TEST(Batch, SwappedInputsDifferInTheSelectorAlone) {
  const Made made;
  const auto swaps = draw_selector_swaps(made.data, {0, 7}, 1);
  const at::Tensor clean = inputs_of(made.data, std::vector<int64_t>{0, 7});
  const at::Tensor differs = (inputs_of(made.data, swaps) != clean).any(0);
  const Span z = made.data.spans.at("selector");
  EXPECT_EQ(differs.sum().item<int64_t>(),
            differs.narrow(0, z.begin, z.size()).sum().item<int64_t>());
  EXPECT_GT(differs.sum().item<int64_t>(), 0);
}

TEST(TargetMeasures, AModelOfZerosIsUniform) {
  const Made made;
  const Transformer model(made.options);
  const TargetMeasures mean = mean_of(
      measure_targets(model, inputs_of(made.data, std::vector<int64_t>{0, 1}), made.data, {0, 1}));
  EXPECT_NEAR(mean.loss, std::log(40.0), 1e-6);
  EXPECT_NEAR(mean.first_target_loss, std::log(40.0), 1e-6);
  EXPECT_EQ(mean.accuracy, 0);
  EXPECT_EQ(mean.exact_match, 0);
}

TEST(TargetMeasures, ChunksAreJoinedInOrder) {
  const Made made;
  Transformer model(made.options);
  initialize(model.parameters(), made.options);
  std::vector<int64_t> all(made.data.n_examples);
  std::iota(all.begin(), all.end(), 0);
  const auto together = measure_targets(model, inputs_of(made.data, all), made.data, all);
  ASSERT_EQ(together.size(), 300u);
  const std::vector<int64_t> last = {299};
  const auto alone = measure_targets(model, inputs_of(made.data, last), made.data, last);
  EXPECT_NEAR(together[299].loss, alone[0].loss, 1e-5);
  EXPECT_FALSE(inputs_of(made.data, last).requires_grad());
}

TEST(TargetMeasures, AFloat64ModelAgreesWithItsFloat32Twin) {
  Made made;
  Transformer single(made.options);
  initialize(single.parameters(), made.options);
  made.options.dtype = ModelDtype::kFloat64;
  Transformer twice(made.options);
  initialize(twice.parameters(), made.options);
  const std::vector<int64_t> examples = {0, 5, 9};
  const at::Tensor inputs = inputs_of(made.data, examples);
  EXPECT_NEAR(mean_of(measure_targets(single, inputs, made.data, examples)).loss,
              mean_of(measure_targets(twice, inputs, made.data, examples)).loss, 1e-5);
}

TEST(TargetMeasures, RefusesInputsOfAnotherNumber) {
  const Made made;
  const Transformer model(made.options);
  EXPECT_THROW(
      measure_targets(model, inputs_of(made.data, std::vector<int64_t>{0}), made.data, {0, 1}),
      Error);
}

TEST(TargetMeasures, MeanOfNothingIsNaN) { EXPECT_TRUE(std::isnan(mean_of({}).loss)); }

}  // namespace
}  // namespace kairo
