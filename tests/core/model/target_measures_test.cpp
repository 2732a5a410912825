#include "core/model/target_measures.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/data/task.h"
#include "core/model/batch.h"
#include "core/model/transformer/transformer.h"
#include "studies/late_disambiguation/data/options.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

struct Made {
  std::shared_ptr<const MemoryDataset> data;
  TransformerOptions options;

  explicit Made(AttentionDir direction = AttentionDir::kCausal) {
    TaskRequest request{"disambiguation", {}, direction, 0};
    request.data.as<DisambiguationOptions>().n_unique_b = 100;
    request.data.as<DisambiguationOptions>().k = 3;
    data = make_dataset(request);
    options.n_layers = 1;
    options.d_model = 16;
    options.n_heads = 2;
    options.d_head = 8;
    options.d_mlp = 16;
    options.d_vocab = data->info().d_vocab();
  }
};

TEST(Batch, HoldsTheExamplesInTheOrderAsked) {
  const Made made;
  const DatasetArrays& arrays = made.data->arrays();
  const at::Tensor inputs = inputs_of(*made.data, std::vector<int64_t>{5, 2});
  ASSERT_EQ(inputs.sizes(), (at::IntArrayRef{2, arrays.n_pos}));
  EXPECT_EQ(inputs[0][3].item<int64_t>(), arrays.input(5, 3));
  EXPECT_EQ(inputs[1][3].item<int64_t>(), arrays.input(2, 3));
}

TEST(Batch, IsFinishedWhereALabelIs) {
  const Made made;
  const LabelledTokens tokens = labelled_tokens(made.data->batch({0, 1}));
  ASSERT_EQ(tokens.positions.size(), 5u);
  EXPECT_EQ(tokens.positions.front(), made.data->arrays().span("target").begin - 1);
  EXPECT_EQ(tokens.positions.back(), made.data->arrays().span("target").end - 1);
  EXPECT_TRUE(tokens.all_labelled);
}

// Examples of different length with labels at different places: each row's loss is that of the
// example alone, and padding adds nothing to value or gradient.
TEST(Batch, UnevenExamplesLoseWhatTheyLoseAlone) {
  const Made made;
  DatasetArrays arrays;
  arrays.name = "uneven";
  arrays.vocabulary = made.data->info().vocabulary;
  arrays.n_examples = 2;
  arrays.n_pos = 6;
  arrays.tokens = {5, 9, 7, 0, 0, 0, 4, 8, 6, 5, 9, 4};
  arrays.labels = {-1, 7, -1, -1, -1, -1, 8, -1, -1, 9, 4, -1};
  arrays.lengths = {3, 6};
  arrays.split = {Split::kTrain, Split::kTrain};
  const MemoryDataset data(arrays);
  Transformer model(made.options);
  model.initialize();
  const LabelledTokens both = labelled_tokens(data.batch({0, 1}));
  EXPECT_EQ(both.positions, (std::vector<int64_t>{0, 1, 3, 4}));
  EXPECT_FALSE(both.all_labelled);
  const at::Tensor together = token_losses(model, both);
  together.sum().backward();
  const at::Tensor gradient = model.parameters().gradients().clone();
  model.parameters().zero_gradients();
  at::Tensor alone = at::zeros({2}, at::kDouble);
  for (int64_t i = 0; i < 2; ++i) {
    const at::Tensor loss = token_losses(model, labelled_tokens(data.batch({i})));
    loss.sum().backward();
    alone[i] = loss.sum().item<double>();
  }
  EXPECT_LT((together.detach().to(at::kDouble).sum(1) - alone).abs().max().item<double>(), 1e-5);
  const at::Tensor apart = model.parameters().gradients();
  EXPECT_LT((gradient - apart).abs().max().item<double>(), 1e-6);
  EXPECT_EQ(together[0][0].item<float>(), 0);
}

TEST(Batch, AlternativesDifferInTheirPartAlone) {
  const Made made;
  const auto drawn = draw_alternatives(*made.data, {0, 7}, 1);
  const at::Tensor clean = inputs_of(*made.data, std::vector<int64_t>{0, 7});
  const at::Tensor differs = (inputs_of(*made.data, drawn) != clean).any(0);
  const Span z = made.data->arrays().span("selector");
  EXPECT_EQ(differs.sum().item<int64_t>(),
            differs.narrow(0, z.begin, z.size()).sum().item<int64_t>());
  EXPECT_GT(differs.sum().item<int64_t>(), 0);
}

TEST(TargetMeasures, AModelOfZerosIsUniform) {
  const Made made;
  const Transformer model(made.options);
  const TargetMeasures mean = mean_of(measure_targets(
      model, inputs_of(*made.data, std::vector<int64_t>{0, 1}), *made.data, {0, 1}));
  EXPECT_NEAR(mean.loss, std::log(40.0), 1e-6);
  EXPECT_NEAR(mean.first_target_loss, std::log(40.0), 1e-6);
  EXPECT_EQ(mean.accuracy, 0);
  EXPECT_EQ(mean.exact_match, 0);
}

TEST(TargetMeasures, ChunksAreJoinedInOrder) {
  const Made made;
  Transformer model(made.options);
  model.initialize();
  std::vector<int64_t> all(made.data->info().n_examples);
  std::iota(all.begin(), all.end(), 0);
  const auto together = measure_targets(model, inputs_of(*made.data, all), *made.data, all);
  ASSERT_EQ(together.size(), 300u);
  const std::vector<int64_t> last = {299};
  const auto alone = measure_targets(model, inputs_of(*made.data, last), *made.data, last);
  EXPECT_NEAR(together[299].loss, alone[0].loss, 1e-5);
  EXPECT_FALSE(inputs_of(*made.data, last).requires_grad());
}

TEST(TargetMeasures, AFloat64ModelAgreesWithItsFloat32Twin) {
  Made made;
  Transformer single(made.options);
  single.initialize();
  made.options.dtype = ModelDtype::kFloat64;
  Transformer twice(made.options);
  twice.initialize();
  const std::vector<int64_t> examples = {0, 5, 9};
  const at::Tensor inputs = inputs_of(*made.data, examples);
  EXPECT_NEAR(mean_of(measure_targets(single, inputs, *made.data, examples)).loss,
              mean_of(measure_targets(twice, inputs, *made.data, examples)).loss, 1e-5);
}

TEST(TargetMeasures, RefusesInputsOfAnotherNumber) {
  const Made made;
  const Transformer model(made.options);
  EXPECT_THROW(
      measure_targets(model, inputs_of(*made.data, std::vector<int64_t>{0}), *made.data, {0, 1}),
      Error);
}

TEST(TargetMeasures, MeanOfNothingIsNaN) { EXPECT_TRUE(std::isnan(mean_of({}).loss)); }

}  // namespace
}  // namespace kairo
