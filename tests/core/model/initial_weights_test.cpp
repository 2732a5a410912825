// init_mode hf_gpt2: transformers' GPT-2 before training.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

TransformerOptions hf_options() {
  TransformerOptions options;
  options.init_mode = InitMode::kHfGpt2;
  options.n_layers = 3;
  options.d_model = 64;
  options.d_head = 16;
  options.d_mlp = 256;
  options.n_ctx = 64;
  options.d_vocab = 100;
  options.seed = 9;
  return options;
}

// Of n normal numbers the mean has the deviation s/sqrt(n), and their own deviation s/sqrt(2n):
// each within five of these. The smallest weight has 4,096 numbers: 5.5 % of the deviation.
TEST(HfGpt2Weights, AreNormalWithTheDeviationsOfTransformers) {
  const TransformerOptions options = hf_options();
  Transformer model(options);
  model.initialize();
  for (const ParameterView& view : model.parameters().views()) {
    const at::Tensor numbers = view.of(model.parameters().values()).to(at::kDouble);
    const std::string word = view.name.substr(view.name.rfind('.') + 1);
    if (word[0] != 'W') {
      EXPECT_TRUE(numbers.eq(word == "w" ? 1 : 0).all().item<bool>()) << view.name;
      continue;
    }
    const bool writes = word == "W_O" || word == "W_out";
    const double expected = writes ? 0.02 / std::sqrt(6.0) : 0.02;
    const double n = static_cast<double>(numbers.numel());
    EXPECT_LT(std::abs(numbers.mean().item<double>()), 5 * expected / std::sqrt(n)) << view.name;
    EXPECT_NEAR(numbers.std().item<double>(), expected, 5 * expected / std::sqrt(2 * n))
        << view.name;
  }
}

// The numbers themselves: the same on every machine, and gpt2's draws with another factor.
TEST(HfGpt2Weights, AreTheDrawsOfEverySeedAlike) {
  TransformerOptions options = hf_options();
  Transformer hf(options);
  hf.initialize();
  options.init_mode = InitMode::kGpt2;  // 0.8/sqrt(64) = 0.1
  Transformer plain(options);
  plain.initialize();
  const auto embedding = [](const Transformer& model) {
    return model.parameters().view("embed.W_E").of(model.parameters().values());
  };
  EXPECT_TRUE(at::allclose(embedding(hf) * 5, embedding(plain), 1e-5, 1e-7));
}

}  // namespace
}  // namespace kairo
