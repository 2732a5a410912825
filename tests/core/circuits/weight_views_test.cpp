#include "core/circuits/weight_views.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/base/error.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

ErrorKind kind_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error";
  return ErrorKind::kIo;
}

class WeightViews : public testing::TestWithParam<MadeModel> {};

TEST_P(WeightViews, EachLayersPartIsThatLayersParameter) {
  const Transformer model = make_model(GetParam(), ModelDtype::kFloat32);
  const FlatParameters& parameters = model.parameters();
  int64_t n_compared = 0;
  for (const ParameterView& view : parameters.views()) {
    const std::string word = view.name.substr(view.name.rfind('.') + 1);
    if (word == "w" || word == "b") continue;  // norms have no stacked name
    at::Tensor whole = weights(model, word);
    if (view.name.rfind("blocks.", 0) == 0) whole = whole[std::stoi(view.name.substr(7))];
    EXPECT_TRUE(at::equal(whole, view.of(parameters.values()))) << view.name;
    ++n_compared;
  }
  const TransformerOptions& words = model.options();
  const bool is_rotary = words.positional_embedding_type == PositionalEmbedding::kRotary;
  const int64_t ends =
      1 + (is_rotary ? 0 : 1) + (words.tie_embeddings ? 0 : 1) + (words.unembed_bias ? 1 : 0);
  EXPECT_EQ(n_compared, (words.attn_only ? 8 : 12) * words.n_layers + ends);
}

INSTANTIATE_TEST_SUITE_P(Models, WeightViews, testing::ValuesIn(made_models()),
                         [](const auto& info) { return info.param.name; });

TEST(WeightViewsOfOneModel, ShapesAreTransformerLenss) {
  const Transformer model(small_options());
  EXPECT_EQ(weights(model, "W_Q").sizes(), (std::vector<int64_t>{2, 2, 12, 6}));
  EXPECT_EQ(weights(model, "W_O").sizes(), (std::vector<int64_t>{2, 2, 6, 12}));
  EXPECT_EQ(weights(model, "b_K").sizes(), (std::vector<int64_t>{2, 2, 6}));
  EXPECT_EQ(weights(model, "b_O").sizes(), (std::vector<int64_t>{2, 12}));
  EXPECT_EQ(weights(model, "W_in").sizes(), (std::vector<int64_t>{2, 12, 20}));
  EXPECT_EQ(weights(model, "W_E_pos").sizes(), (std::vector<int64_t>{11 + 8, 12}));
}

TEST(WeightViewsOfOneModel, ATiedUnembeddingIsTheEmbeddingTurnedOver) {
  TransformerOptions options = small_options();
  options.tie_embeddings = true;
  const Transformer model = make_model({"tied", options}, ModelDtype::kFloat32);
  EXPECT_TRUE(at::equal(weights(model, "W_U"), weights(model, "W_E").t()));
  weights(model, "W_E").fill_(7);
  EXPECT_EQ(weights(model, "W_U").min().item<float>(), 7);
}

TEST(WeightViewsOfOneModel, EmbeddingsStandOneAboveTheOther) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  const at::Tensor both = weights(model, "W_E_pos");
  EXPECT_TRUE(at::equal(both.narrow(0, 0, 11), weights(model, "W_E")));
  EXPECT_TRUE(at::equal(both.narrow(0, 11, 8), weights(model, "W_pos")));
}

TEST(WeightViewsOfOneModel, ShareMemoryAndFitTheGradientsToo) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  const FlatParameters& parameters = model.parameters();
  weights(model, "W_V").select(0, 1).fill_(7);
  EXPECT_EQ(parameters.view("blocks.1.attn.W_V").of(parameters.values()).min().item<float>(), 7);
  model.forward(make_tokens(model.options(), 1, 4)).sum().backward();
  const at::Tensor gradient = stacked_view(parameters, "W_V").of(parameters.gradients());
  const at::Tensor expected = parameters.view("blocks.1.attn.W_V").of(parameters.gradients());
  EXPECT_TRUE(at::equal(gradient[1], expected));
  EXPECT_GT(expected.abs().max().item<float>(), 0);
}

TEST(WeightViewsOfOneModel, WhatIsNotThereIsAnError) {
  const Transformer model(small_options());
  EXPECT_EQ(kind_of([&] { weights(model, "W_q"); }), ErrorKind::kNotFound);
  TransformerOptions words = small_options();
  words.attn_only = true;
  words.positional_embedding_type = PositionalEmbedding::kRotary;
  const Transformer bare(words);
  for (const char* name : {"W_in", "b_out", "W_pos", "W_E_pos"}) {
    EXPECT_EQ(kind_of([&] { weights(bare, name); }), ErrorKind::kUsage) << name;
  }
  EXPECT_EQ(kind_of([&] { stacked_view(model.parameters(), "W_E_pos"); }), ErrorKind::kUsage);
}

}  // namespace
}  // namespace kairo
