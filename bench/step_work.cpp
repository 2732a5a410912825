#include "bench/step_work.h"

#include <ATen/ATen.h>

#include <cmath>
#include <string>

#include "bench/plain_model.h"
#include "bench/result.h"
#include "core/base/random.h"
#include "core/model/batch.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

// Batches that differ: as many as the peers' benches go round.
constexpr int64_t kBatches = 8;

DatasetArrays random_sequences(const StepShape& shape) {
  DatasetArrays data;
  data.name = "random";
  data.vocabulary.resize(static_cast<std::size_t>(shape.model.d_vocab));
  data.n_examples = kBatches * shape.batch;
  data.n_pos = shape.pos;
  data.split.assign(static_cast<std::size_t>(data.n_examples), Split::kTrain);
  data.predicting = shape.loss;
  Random random(1, 0);
  for (int64_t i = 0; i < data.n_examples * data.n_pos; ++i) {
    data.tokens.push_back(
        static_cast<int32_t>(random.below(static_cast<uint64_t>(shape.model.d_vocab))));
  }
  return data;
}

RunOptions run_options(const StepShape& shape) {
  RunOptions options;
  options.model = ModelSection(shape.model);
  options.training.batch_size = shape.batch;
  options.training.shards = shape.shards;
  return options;
}

}  // namespace

StepShape k10_step() {
  StepShape shape;
  shape.model.d_vocab = 40;
  shape.loss = {10, 15};
  return shape;
}

StepShape gpt2_step() {
  StepShape shape;
  shape.model.n_layers = shape.model.n_heads = 12;
  shape.model.d_model = 768;
  shape.model.d_head = 64;
  shape.model.d_mlp = 3072;
  shape.model.n_ctx = 1024;
  shape.model.d_vocab = 50257;
  shape.batch = 2;
  shape.pos = 256;
  shape.loss = {0, 255};
  shape.shards = 2;
  return shape;
}

StepWork::StepWork(const StepShape& shape, WorkerPool& pool)
    : shape_(shape),
      options_(run_options(shape)),
      data_(random_sequences(shape)),
      learner_(options_, data_, pool) {}

void StepWork::check() {
  Batches batches(data_.examples_of(Split::kTrain), shape_.batch,
                  static_cast<uint64_t>(options_.experiment.seed));
  const std::vector<int64_t> examples = batches.next();
  const Transformer before = take_transformer(learner_.model().shard(), "a test");
  const at::Tensor loss =
      plain_loss(before, inputs_of(data_, examples), labels_of(data_.batch(examples)));
  loss.backward();
  const UpdateReport report = learner_.update();
  const double expected = loss.item<double>();
  require_close("the step's loss", std::abs(report.loss - expected) / expected, 1e-5);
  require_close("the step's gradient",
                relative_difference(learner_.model().parameters().gradients(),
                                    before.parameters().gradients()),
                1e-5);
}

void StepWork::update() { learner_.update(); }

ShardProducts StepWork::products_of_a_shard() const {
  return training_products(shape_.model, {(shape_.batch + shape_.shards - 1) / shape_.shards,
                                          shape_.pos, labelled_positions(data_.batch({0}))});
}

}  // namespace kairo
