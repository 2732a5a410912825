#include "training/evaluation.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

#include "core/model/transformer/transformer.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/training/tiny_run.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

Evaluation evaluate(const RunOptions& options, const Dataset& data, const Transformer& model,
                    int threads = 1) {
  WorkerPool pool(threads);
  return Evaluator(data, options.training.eval_examples, 0, pool).evaluate(model);
}

std::vector<std::pair<std::string, double>> fields_of(const RunOptions& options,
                                                      const Dataset& data, const Transformer& model,
                                                      int threads = 1) {
  WorkerPool pool(threads);
  const Evaluator evaluator(data, options.training.eval_examples, 0, pool);
  return evaluator.fields(evaluator.evaluate(model));
}

TEST(Evaluation, AModelOfZerosHasTheUniformLossAndNoGap) {
  RunOptions options = tiny_options();
  const auto made = tiny_dataset(options);
  const Dataset& data = *made;
  const Transformer model(options.model.as<TransformerOptions>());
  const Evaluation evaluation = evaluate(options, data, model);
  EXPECT_NEAR(evaluation.train.mean.loss, std::log(40.0), 1e-6);
  EXPECT_NEAR(evaluation.train.mean.first_target_loss, std::log(40.0), 1e-6);
  EXPECT_EQ(evaluation.train.mean.accuracy, 0);
  ASSERT_TRUE(evaluation.train.shuffle_gap.has_value());
  EXPECT_NEAR(*evaluation.train.shuffle_gap, 0, 1e-7);
  EXPECT_FALSE(evaluation.held_out.has_value());
}

TEST(Evaluation, HasNoGapWhereThereIsNoOtherSelector) {
  for (const bool without_z : {true, false}) {
    RunOptions options = tiny_options();
    if (without_z) options.data.as<DisambiguationOptions>().task = Direction::kBToA;
    if (!without_z) options.data.as<DisambiguationOptions>().k = 1;
    const auto made = tiny_dataset(options);
    const Dataset& data = *made;
    const Evaluation evaluation =
        evaluate(options, data, Transformer(options.model.as<TransformerOptions>()));
    EXPECT_FALSE(evaluation.train.shuffle_gap.has_value()) << without_z;
  }
}

TEST(Evaluation, HeldOutExamplesHaveFieldsOfTheirOwn) {
  RunOptions options = tiny_options();
  options.data.as<DisambiguationOptions>().probe_fraction = 0.3;
  const auto made = tiny_dataset(options);
  const Dataset& data = *made;
  const auto fields = fields_of(options, data, Transformer(options.model.as<TransformerOptions>()));
  ASSERT_EQ(fields.size(), 10u);
  EXPECT_EQ(fields[0].first, "loss");
  EXPECT_EQ(fields[5].first, "held_out_loss");
  EXPECT_EQ(fields[9].first, "held_out_z_shuffle_gap");
}

TEST(Evaluation, IsEqualForAnyNumberOfThreadsAndChangesNothing) {
  RunOptions options = tiny_options();
  options.data.as<DisambiguationOptions>().n_unique_b = 60;
  options.training.eval_examples = 150;
  const auto made = tiny_dataset(options);
  const Dataset& data = *made;
  Transformer model(options.model.as<TransformerOptions>());
  model.initialize();
  const at::Tensor before = model.parameters().values().clone();
  EXPECT_EQ(fields_of(options, data, model, 1), fields_of(options, data, model, 3));
  EXPECT_TRUE(torch::equal(before, model.parameters().values()));
  EXPECT_EQ(model.parameters().gradients().count_nonzero().item<int64_t>(), 0);
}

TEST(Evaluation, WorksWithABidirectionalModel) {
  RunOptions options = tiny_options();
  options.model.as<TransformerOptions>().attention_dir = AttentionDir::kBidirectional;
  const auto made = tiny_dataset(options);
  const Dataset& data = *made;
  Transformer model(options.model.as<TransformerOptions>());
  model.initialize();
  EXPECT_TRUE(std::isfinite(evaluate(options, data, model).train.mean.loss));
}

// Free text has no answer of its own: loss and accuracy over all labels, and nothing else.
TEST(Evaluation, WithoutATargetHasLossAndAccuracyAlone) {
  DatasetArrays arrays;
  arrays.name = "text";
  arrays.vocabulary = {"a", "b", "c"};
  arrays.n_examples = 2;
  arrays.n_pos = 4;
  arrays.tokens = {0, 1, 2, 0, 2, 1, 0, 0};
  arrays.predicting = {0, 3};
  arrays.lengths = {4, 3};
  arrays.split = {Split::kTrain, Split::kTrain};
  const MemoryDataset data(arrays);
  RunOptions options = tiny_options();
  settle(options, data);
  const auto fields = fields_of(options, data, Transformer(options.model.as<TransformerOptions>()));
  ASSERT_EQ(fields.size(), 2u);
  EXPECT_EQ(fields[0].first, "loss");
  EXPECT_NEAR(fields[0].second, std::log(3.0), 1e-6);
  EXPECT_EQ(fields[1].first, "accuracy");
  options.model.as<TransformerOptions>().attention_dir = AttentionDir::kBidirectional;
  EXPECT_THROW(settle(options, data), Error);  // it would read the padding
}

}  // namespace
}  // namespace kairo
