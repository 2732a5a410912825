#include "training/optim/optimizer.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <functional>

#include "core/base/error.h"
#include "core/model/transformer/transformer.h"
#include "core/store/hdf5_file.h"
#include "tests/paths.h"
#include "tests/training/tiny_run.h"

namespace kairo {
namespace {

using Change = std::function<void(RunOptions&)>;

RunOptions options_with(const std::string& name, const Change& change) {
  RunOptions options = tiny_options();
  options.training.optimizer = name;
  change(options);
  tiny_dataset(options);
  return options;
}

struct Made {
  RunOptions options;
  Transformer model;
  FlatParameters& parameters;
  std::unique_ptr<Optimizer> optimizer;
  int64_t done = 0;

  explicit Made(
      const std::string& name = "adamw", const Change& change = [](RunOptions&) {})
      : options(options_with(name, change)),
        model(options.model.as<TransformerOptions>()),
        parameters(model.parameters()),
        optimizer(make_optimizer({options, parameters.layout(), parameters.values().options()})) {}
  void step(double learning_rate, double scale, const at::Tensor& gradients, at::Tensor values) {
    optimizer->step({++done, learning_rate, 1.0, scale}, parameters.layout(), gradients, values);
  }
  // Zero in the padding, as a model's are: a checkpoint leaves it out.
  at::Tensor gradients(double value) const {
    at::Tensor gradients = torch::zeros_like(parameters.values());
    for (const ParameterView& view : parameters.views()) view.of(gradients).fill_(value);
    return gradients;
  }
};

OptimizerState saved(const Made& made) {
  OptimizerSnapshot snapshot;
  copy_to(*made.optimizer, made.done, snapshot);
  return to_saved(snapshot, made.parameters);
}

TEST(AdamW, FirstUpdateIsDecayAndOneLearningRateAgainstTheGradientsSign) {
  Made made;
  at::Tensor values = torch::ones_like(made.parameters.values());
  made.step(0.1, 1, torch::full_like(values, 0.25), values);
  // m = g and v = g^2 after one step, corrected: 1·(1 - 0.1·0.01) - 0.1·0.25/(0.25 + 1e-8).
  EXPECT_NEAR(values[0].item<double>(), 0.999 - 0.1, 1e-6);
}

TEST(Sgd, PlainStepsAreTheGradientAndTheDecay) {
  Made made("sgd", [](RunOptions& o) { o.optimizer.sgd.momentum = 0; });
  at::Tensor values = torch::ones_like(made.parameters.values());
  for (int i = 0; i < 2; ++i) made.step(0.1, 0.5, torch::full_like(values, 0.5), values);
  // 1 - 0.1·(0.25 + 0.01) = 0.974, then 0.974 - 0.1·(0.25 + 0.00974).
  EXPECT_NEAR(values[0].item<double>(), 0.974 - 0.1 * (0.25 + 0.00974), 1e-6);
  EXPECT_TRUE(made.optimizer->states().empty());
}

TEST(Sgd, NesterovNeedsMomentumAndNoDampening) {
  const auto refused = [](double momentum, double dampening) -> std::string {
    try {
      Made("sgd", [&](RunOptions& o) {
        o.optimizer.sgd.nesterov = true;
        o.optimizer.sgd.momentum = momentum;
        o.optimizer.sgd.dampening = dampening;
      });
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig);
      return error.what();
    }
    return "";
  };
  EXPECT_NE(refused(0, 0).find("needs momentum"), std::string::npos);
  EXPECT_NE(refused(0.9, 0.5).find("dampening"), std::string::npos);
  EXPECT_EQ(refused(0.9, 0), "");
}

// 20 updates of PyTorch on two problems: the recorded gradients give the recorded parameters. The
// problem's parameters stand first in the buffer; gradients of all others are zero.
void expect_golden(const std::string& group, double learning_rate, Made&& made, double tolerance) {
  const Hdf5Reader file(source_dir() + "/tests/golden/symmetry/sgd_adamw.h5");
  const std::vector<double> expected = file.doubles("/" + group + "/parameters");
  const std::vector<double> gradient = file.doubles("/" + group + "/gradient");
  const int64_t n = file.shape("/" + group + "/gradient")[1];
  at::Tensor values = torch::zeros_like(made.parameters.values());
  at::Tensor gradients = torch::zeros_like(values);
  const auto row = [&](const std::vector<double>& table, int64_t step) {
    return torch::tensor(
        std::vector<double>(table.begin() + step * n, table.begin() + (step + 1) * n),
        torch::kDouble);
  };
  values.narrow(0, 0, n).copy_(row(expected, 0));
  for (int64_t step = 0; step < 20; ++step) {
    gradients.narrow(0, 0, n).copy_(row(gradient, step));
    made.step(learning_rate, 1, gradients, values);
    const at::Tensor off = values.narrow(0, 0, n).to(torch::kDouble) - row(expected, step + 1);
    ASSERT_LT(off.abs().max().item<double>(), tolerance) << group << " " << step;
  }
}

TEST(Optimizers, GoAsPyTorchsDo) {
  for (const bool twice : {true, false}) {
    const double tolerance = twice ? 1e-12 : 2e-6;
    const auto dtype = [=](RunOptions& o) {
      o.model->dtype = twice ? ModelDtype::kFloat64 : ModelDtype::kFloat32;
    };
    for (const std::string problem : {"bowl", "regression"}) {
      expect_golden(problem + "/sgd_momentum", 0.05, Made("sgd", dtype), tolerance);
      expect_golden(problem + "/sgd_nesterov", 0.05,
                    Made("sgd",
                         [&](RunOptions& o) {
                           dtype(o);
                           o.training.weight_decay = 0;
                           o.optimizer.sgd.momentum = 0.95;
                           o.optimizer.sgd.nesterov = true;
                         }),
                    tolerance);
      expect_golden(problem + "/adamw", 0.02,
                    Made("adamw",
                         [&](RunOptions& o) {
                           dtype(o);
                           o.training.weight_decay = 0.1;
                           o.optimizer.adamw.beta2 = 0.95;
                         }),
                    tolerance);
    }
  }
}

TEST(Optimizers, LeaveThePaddingZero) {
  for (const std::string& name : optimizer_names()) {
    Made made(name);
    made.model.initialize();
    const at::Tensor gradients = made.gradients(1);
    ASSERT_LT(gradients.count_nonzero().item<int64_t>(), gradients.numel());
    for (int i = 0; i < 3; ++i) made.step(0.1, 1, gradients, made.parameters.values());
    const at::Tensor padding = made.parameters.values().masked_select(gradients == 0);
    EXPECT_EQ(padding.count_nonzero().item<int64_t>(), 0) << name;
  }
}

TEST(Optimizers, AreEqualToTheBitForAnyNumberOfThreads) {
  for (const std::string& name : optimizer_names()) {
    const auto after = [&](int threads) {
      Made made(name);
      made.model.initialize();
      WorkerPool pool(threads);
      for (int64_t i = 1; i <= 3; ++i) {
        made.optimizer->step({i, 0.1, 1.0, 0.5, &pool}, made.parameters.layout(),
                             made.gradients(0.1 * static_cast<double>(i)),
                             made.parameters.values());
      }
      return made.parameters.values().clone();
    };
    EXPECT_TRUE(torch::equal(after(1), after(3))) << name;
  }
}

TEST(Optimizer, SavedAndRestoredGoesOnTheSame) {
  for (const std::string& name : optimizer_names()) {
    Made made(name), other(name);
    at::Tensor a = made.gradients(1), b = a.clone();
    made.step(0.1, 1, made.gradients(0.5), a);
    b.copy_(a);
    restore(saved(made), other.parameters, "file", *other.optimizer);
    other.done = 1;
    made.step(0.1, 0.5, made.gradients(0.5), a);
    other.step(0.1, 0.5, made.gradients(0.5), b);
    EXPECT_TRUE(torch::equal(a, b)) << name;
  }
}

TEST(Optimizer, RefusesAnotherOptimizersStateAndUnknownNames) {
  Made made;
  OptimizerState state = saved(made);
  state.name = "sgd";
  EXPECT_THROW(restore(state, made.parameters, "file", *made.optimizer), Error);
  state.name = "adamw";
  state.states.erase("exp_avg");
  EXPECT_THROW(restore(state, made.parameters, "file", *made.optimizer), Error);
  EXPECT_THROW(Made("adam"), Error);
}

TEST(Optimizer, CountsItsNumbersWithoutAllocatingThem) {
  Made made;
  EXPECT_EQ(state_numbers(made.options, made.parameters.layout()),
            2 * made.parameters.layout().total());
  made.options.training.optimizer = "sgd";
  EXPECT_EQ(state_numbers(made.options, made.parameters.layout()),
            made.parameters.layout().total());
}

}  // namespace
}  // namespace kairo
