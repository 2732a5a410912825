#include "training/gradient_log.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/circuits/parameter_norms.h"
#include "core/model/checkpoint_io.h"
#include "core/model/transformer/transformer.h"
#include "core/store/metrics.h"
#include "tests/training/tiny_run.h"

namespace kairo {
namespace {

RunOptions logging() {
  RunOptions options = tiny_options();
  options.training.log_gradients = true;
  return options;
}

std::map<std::string, double> as_map(const std::vector<std::pair<std::string, double>>& fields) {
  return {fields.begin(), fields.end()};
}

void expect_equal_states(const Checkpoint& a, const Checkpoint& b) {
  EXPECT_EQ(a.content_hash, b.content_hash);
  ASSERT_EQ(a.optimizer.states.size(), b.optimizer.states.size());
  for (const auto& [name, arrays] : a.optimizer.states) {
    const auto& others = b.optimizer.states.at(name);
    ASSERT_EQ(arrays.size(), others.size());
    for (std::size_t i = 0; i < arrays.size(); ++i) EXPECT_EQ(arrays[i].values, others[i].values);
  }
}

TEST(GradientLog, LoggingChangesNoByteOfParametersOptimizerOrOtherMetrics) {
  TinyRun with(logging()), without;
  with.train(2);
  without.train(2);
  for (const int64_t step : {0, 8, 16, 24}) {
    expect_equal_states(with.checkpoint(step), without.checkpoint(step));
  }
  const Metrics a = read_metrics(with.directory().metrics_file());
  const Metrics b = read_metrics(without.directory().metrics_file());
  for (const auto& [name, column] : b.columns) {
    if (name == "seconds" || name == "steps_per_second") continue;
    for (std::size_t i = 0; i < column.size(); ++i) {
      const double came = a.columns.at(name)[i];
      EXPECT_TRUE(came == column[i] || (std::isnan(came) && std::isnan(column[i]))) << name;
    }
  }
  EXPECT_FALSE(b.has("gradient_norm/embed.W_E"));
  EXPECT_FALSE(b.has("gradient_segments/base"));
}

TEST(GradientLog, EveryEvaluationHasEveryParameterAndSegment) {
  TinyRun run(logging());
  run.train();
  const Metrics metrics = read_metrics(run.directory().metrics_file());
  std::vector<std::string> names;
  for (const NamedArray& array : run.checkpoint(0).parameters) {
    names.push_back("gradient_norm/" + array.name);
  }
  for (const char* segment : {"base", "selector", "target", "rest"}) {
    names.push_back(std::string("gradient_segments/") + segment);
  }
  for (const std::string& name : names) {
    ASSERT_TRUE(metrics.has(name)) << name;
    ASSERT_EQ(metrics.columns.at(name).size(), 5U);
    for (const double each : metrics.columns.at(name)) EXPECT_TRUE(each >= 0) << name;
  }
  EXPECT_GT(metrics.columns.at("gradient_norm/unembed.W_U")[0], 0);
  EXPECT_GT(metrics.columns.at("gradient_segments/selector")[4], 0);
}

// What is in the file is what anyone finds from the checkpoint on the evaluation's examples.
TEST(GradientLog, IsTheGradientOfTheCheckpointOfThatStep) {
  RunOptions options = logging();
  options.training.checkpoint_every = 6;
  TinyRun run(options);
  run.train();
  const auto made = tiny_dataset(options);
  const Dataset& data = *made;
  WorkerPool pool(1);
  const Evaluator evaluator(data, options.training.eval_examples,
                            static_cast<uint64_t>(options.experiment.seed), pool);
  const GradientLog log(data, evaluator.training_examples(), pool);
  const Metrics metrics = read_metrics(run.directory().metrics_file());
  for (std::size_t row = 0; row < metrics.steps.size(); ++row) {
    const Transformer model =
        take_transformer(model_of(run.checkpoint(metrics.steps[row]), ""), "a test");
    for (const auto& [name, value] : log.fields(model)) {
      EXPECT_EQ(metrics.columns.at(name)[row], value) << name << " at " << metrics.steps[row];
    }
  }
}

TEST(GradientLog, IsEqualForAnyNumberOfThreads) {
  RunOptions options = logging();
  const auto made = tiny_dataset(options);
  const Dataset& data = *made;
  Transformer model(options.model.as<TransformerOptions>());
  model.initialize();
  std::vector<int64_t> examples = {0, 1, 2, 3, 5, 7, 11};
  WorkerPool one(1), three(3);
  EXPECT_EQ(as_map(GradientLog(data, examples, one).fields(model)),
            as_map(GradientLog(data, examples, three).fields(model)));
}

TEST(GradientLog, AModelOfZerosPullsAtTheUnembeddingsBiasAlone) {
  RunOptions options = logging();
  const auto made = tiny_dataset(options);
  const Dataset& data = *made;
  const Transformer model(options.model.as<TransformerOptions>());
  WorkerPool pool(1);
  for (const auto& [name, value] : GradientLog(data, {0, 1, 2}, pool).fields(model)) {
    if (name == "gradient_norm/unembed.b_U") {
      EXPECT_GT(value, 0.1) << name;
    } else {
      EXPECT_EQ(value, 0) << name;
    }
  }
}

}  // namespace
}  // namespace kairo
