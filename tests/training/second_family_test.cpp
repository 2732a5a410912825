// Whatever trains, checkpoints and resumes one family of models does so with another.
#include <gtest/gtest.h>

#include "core/model/checkpoint_io.h"
#include "core/model/families.h"
#include "core/store/metrics.h"
#include "tests/core/store/timeless_metrics.h"
#include "tests/dummies/bigram.h"
#include "tests/training/tiny_run.h"
#include "training/cost.h"

namespace kairo {
namespace {

RunOptions bigram_run() {
  dummies::add_bigram_family();
  RunOptions options = tiny_options();
  dummies::BigramOptions words;
  words.d_model = 6;
  options.model = ModelSection(words);
  options.training.learning_rate = 0.05;
  return options;
}

TEST(SecondFamily, TrainsAndKeepsItsWords) {
  TinyRun run(bigram_run());
  ASSERT_EQ(run.train(), TrainingEnd::kFinished);
  const Metrics metrics = read_metrics(run.directory().metrics_file());
  EXPECT_LT(metrics.columns.at("loss").back(), 0.8 * metrics.columns.at("loss").front());
  const std::unique_ptr<Model> model = load_model(run.directory().checkpoint(24));
  EXPECT_STREQ(model->options().kind(), "bigram");
  EXPECT_EQ(dynamic_cast<const dummies::Bigram&>(*model).options().d_model, 6);
}

TEST(SecondFamily, ResumesToTheByteForAnyNumberOfThreads) {
  TinyRun whole(bigram_run());
  whole.train(1);
  for (const int64_t at : {3, 8, 17}) {
    TinyRun parts(bigram_run());
    ASSERT_EQ(parts.train(2, {}, at), TrainingEnd::kInterrupted);
    ASSERT_EQ(parts.train(1, at), TrainingEnd::kFinished);
    for (const int64_t step : whole.steps()) {
      EXPECT_EQ(parts.checkpoint(step).content_hash, whole.checkpoint(step).content_hash) << at;
    }
    EXPECT_EQ(timeless_metrics(parts.directory().metrics_file()),
              timeless_metrics(whole.directory().metrics_file()));
  }
}

TEST(SecondFamily, ItsCostIsKnownFromItsWords) {
  RunOptions options = bigram_run();
  const auto data = tiny_dataset(options);
  const TrainingCost cost = cost_of(options, *data);
  EXPECT_EQ(cost.parameters, (2 * 6 + 1) * data->info().d_vocab());
  EXPECT_EQ(cost.parameters, family_of(*options.model).layout(*options.model).count());
}

}  // namespace
}  // namespace kairo
