#include "core/circuits/gradient_flow.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include <thread>

#include "core/base/error.h"
#include "core/circuits/parameter_norms.h"
#include "core/data/task.h"
#include "core/model/batch.h"
#include "core/model/transformer/layout.h"
#include "core/model/transformer/transformer.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

constexpr double kStep = 1e-5;  // of central differences

// 12 examples "BOS B B SEP z z SEP A A EOS" and a random model in double.
struct Made {
  explicit Made(AttentionDir direction = AttentionDir::kCausal) {
    TaskRequest request;
    request.name = "disambiguation";
    request.data.as<DisambiguationOptions>().n_unique_b = 4;
    request.data.as<DisambiguationOptions>().k = 3;
    request.data.as<DisambiguationOptions>().b_length = 2;
    request.data.as<DisambiguationOptions>().a_length = 2;
    request.data.as<DisambiguationOptions>().vocab_chars = "abcde";
    request.attention_dir = direction;
    data = make_dataset(request);
    MadeModel made = made_models()[0];
    made.options.n_ctx = data->info().n_pos;
    made.options.d_vocab = data->info().d_vocab();
    made.options.attention_dir = direction;
    model = std::make_unique<Transformer>(make_model(made, ModelDtype::kFloat64));
    for (int64_t i = 0; i < data->info().n_examples; ++i) examples.push_back(i);
    tokens = labelled_tokens(data->batch(examples));
  }

  // Mean loss over the loss tokens of the given rows, with a graph where weights want one.
  at::Tensor loss(const at::Tensor& rows, const Hooks& hooks = {}) const {
    return token_losses(*model,
                        {tokens.inputs.index_select(0, rows), tokens.labels.index_select(0, rows),
                         tokens.positions, tokens.all_labelled},
                        hooks)
        .mean();
  }
  at::Tensor all_rows() const { return at::arange(data->info().n_examples, at::kLong); }

  std::shared_ptr<const MemoryDataset> data;
  std::unique_ptr<Transformer> model;
  std::vector<int64_t> examples;
  LabelledTokens tokens;
};

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

TEST(ParameterNorms, AreRootsOfSumsOfSquares) {
  TransformerOptions words = small_options();
  FlatParameters parameters = transformer_parameters(words);
  parameters.view("blocks.1.attn.W_Q").of(parameters.values()).fill_(0.5);
  parameters.view("unembed.b_U").of(parameters.values())[0] = 3;
  parameters.view("unembed.b_U").of(parameters.values())[1] = 4;
  const std::vector<double> norms = parameter_norms(parameters, parameters.values());
  const std::vector<std::string> names = parameter_names(parameters);
  ASSERT_EQ(norms.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    // 2 heads of 12 x 6 halves: sqrt(144/4).
    const double expected = names[i] == "blocks.1.attn.W_Q" ? 6 : names[i] == "unembed.b_U" ? 5 : 0;
    EXPECT_DOUBLE_EQ(norms[i], expected) << names[i];
  }
  EXPECT_DOUBLE_EQ(total_norm(norms), std::sqrt(61.0));
}

TEST(GradientFlow, IsTheGradientOfTheMeanLoss) {
  for (const AttentionDir direction : {AttentionDir::kCausal, AttentionDir::kBidirectional}) {
    Made made(direction);
    const GradientFlow flow = gradient_flow(*made.model, made.tokens);
    made.model->parameters().zero_gradients();
    made.loss(made.all_rows()).backward();
    EXPECT_LT(largest_difference(flow.gradient, made.model->parameters().gradients()), 1e-12);
  }
}

TEST(GradientFlow, LossesAreTheExamplesOwnAndTheirMeanIsDescended) {
  Made made;
  const GradientFlow flow = gradient_flow(*made.model, made.tokens);
  ASSERT_EQ(flow.losses.numel(), made.data->info().n_examples);
  for (int64_t i = 0; i < made.data->info().n_examples; ++i) {
    const at::Tensor row = at::tensor(std::vector<int64_t>{i});
    EXPECT_NEAR(flow.losses[i].item<double>(), made.loss(row).item<double>(), 1e-12);
  }
  EXPECT_NEAR(flow.losses.mean().item<double>(), made.loss(made.all_rows()).item<double>(), 1e-12);
}

TEST(GradientFlow, AStepAlongItChangesTheLossByItsSquare) {
  Made made;
  const GradientFlow flow = gradient_flow(*made.model, made.tokens);
  const double norm = total_norm(parameter_norms(made.model->parameters(), flow.gradient));
  const torch::NoGradGuard no_grad;
  at::Tensor values = made.model->parameters().values();
  const at::Tensor begin = values.clone();
  values.copy_(begin + kStep * flow.gradient);
  const double above = made.loss(made.all_rows()).item<double>();
  values.copy_(begin - kStep * flow.gradient);
  const double below = made.loss(made.all_rows()).item<double>();
  EXPECT_NEAR((above - below) / (2 * kStep), norm * norm, 1e-6 * norm * norm);
}

TEST(GradientFlow, EmbeddingSquaresAreThoseOfCentralDifferencesOfTheExamplesOwnLoss) {
  Made made;
  const GradientFlow flow = gradient_flow(*made.model, made.tokens);
  const torch::NoGradGuard no_grad;
  const int64_t example = 5, pos = 4;
  const at::Tensor row = at::tensor(std::vector<int64_t>{example});
  double square = 0;
  for (int64_t d = 0; d < made.model->options().d_model; ++d) {
    const auto moved = [&](double by) {
      Hooks hooks;
      hooks.edit("hook_embed", [&](const at::Tensor& value, const HookPoint&) {
        at::Tensor other = value.clone();
        other[0][pos][d] += by;
        return std::optional<at::Tensor>(other);
      });
      return made.loss(row, hooks).item<double>();
    };
    const double slope = (moved(kStep) - moved(-kStep)) / (2 * kStep);
    square += slope * slope;
  }
  const double came = flow.embedding_squares[example][pos].item<double>();
  EXPECT_GT(square, 1e-8);
  EXPECT_NEAR(came, square, 1e-6 * square);
}

TEST(GradientFlow, WhatTheHookSawAddsUpToTheEmbeddingsGradient) {
  Made made;
  const GradientFlow flow = gradient_flow(*made.model, made.tokens);
  const at::Tensor own = made.model->parameters().view("embed.W_E").of(flow.gradient);
  EXPECT_GT(own.abs().max().item<double>(), 1e-4);
  EXPECT_LT(largest_difference(flow.by_token, own), 1e-12);
}

TEST(GradientFlow, LeavesTheModelAloneAndNeedsNoGradientsOfIts) {
  Made made;
  made.model->parameters().gradients().fill_(7);
  const at::Tensor values = made.model->parameters().values().clone();
  const GradientFlow before = gradient_flow(*made.model, made.tokens);
  EXPECT_TRUE(at::equal(made.model->parameters().values(), values));
  EXPECT_TRUE(made.model->parameters().gradients().eq(7).all().item<bool>());
  made.model->parameters().freeze();
  const torch::NoGradGuard no_grad;  // as replays measure
  EXPECT_TRUE(at::equal(gradient_flow(*made.model, made.tokens).gradient, before.gradient));
}

TEST(GradientFlow, IsEqualToTheBitWhoeverRunsItsParts) {
  Made made;
  const GradientFlow expected = gradient_flow(*made.model, made.tokens);
  const auto in_threads = [](int64_t n, const std::function<void(int64_t)>& task) {
    std::vector<std::thread> threads;
    for (int64_t i = n; i-- > 0;) threads.emplace_back([&task, i] { task(i); });
    for (std::thread& each : threads) each.join();
  };
  const GradientFlow came = gradient_flow(*made.model, made.tokens, in_threads);
  EXPECT_TRUE(at::equal(came.gradient, expected.gradient));
  EXPECT_TRUE(at::equal(came.embedding_squares, expected.embedding_squares));
  EXPECT_TRUE(at::equal(came.by_token, expected.by_token));
}

TEST(GradientFlow, ABatchOfOneHasTheExamplesOwnSquares) {
  Made made;  // with fewer examples than parts
  const GradientFlow all = gradient_flow(*made.model, made.tokens);
  const GradientFlow one =
      gradient_flow(*made.model, {made.tokens.inputs.narrow(0, 3, 1),
                                  made.tokens.labels.narrow(0, 3, 1), made.tokens.positions});
  EXPECT_LT(largest_difference(one.embedding_squares[0], all.embedding_squares[3]), 1e-14);
}

TEST(GradientFlow, NoExampleIsAnError) {
  Made made;
  EXPECT_THROW(
      gradient_flow(*made.model, {made.tokens.inputs.narrow(0, 0, 0),
                                  made.tokens.labels.narrow(0, 0, 0), made.tokens.positions}),
      Error);
}

TEST(SegmentNorms, TheirSquaresSumToTheWhole) {
  Made made;
  // BOS B1 B2 SEP z1 z2 SEP A1 A2 EOS with squares 1 … 10.
  const at::Tensor squares = at::arange(1, 11, at::kDouble).unsqueeze(0);
  ASSERT_EQ(made.data->info().n_pos, 10);
  EXPECT_EQ(segment_names(*made.data),
            (std::vector<std::string>{"base", "selector", "target", "rest"}));
  const at::Tensor norms = segment_norms(squares, *made.data);
  const at::Tensor expected = at::tensor(std::vector<double>{5, 11, 17, 22}, at::kDouble).sqrt();
  EXPECT_LT(largest_difference(norms[0], expected), 1e-14);
  EXPECT_NEAR(norms.square().sum().item<double>(), 55, 1e-12);
}

}  // namespace
}  // namespace kairo
