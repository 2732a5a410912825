// Sizes of the model are not those of the task: a vocabulary, a context and head sizes of its own.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>

#include "core/model/batch.h"
#include "core/model/target_measures.h"
#include "probes/registry.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

constexpr int64_t kFurtherTokens = 23;
constexpr float kNever = -1e4f;  // logit of a token that the task does not have

// heads * d_head differs from d_model, as do all other sizes from each other.
TransformerOptions odd_words(const Dataset& data) {
  TransformerOptions words = tiny::model_words(data);
  words.n_heads = 3;
  words.d_head = 6;
  words.d_model = 20;
  words.d_mlp = 28;
  words.n_ctx = data.info().n_pos;
  return words;
}

// The same function of the task's tokens, with more tokens and more positions than the task has.
Transformer widened(const Transformer& model) {
  TransformerOptions words = model.options();
  const int64_t n_tokens = words.d_vocab;
  words.d_vocab += kFurtherTokens;
  words.n_ctx += 9;
  Transformer wide = tiny::random_model(words);
  const torch::NoGradGuard no_grad;
  for (const ParameterView& view : wide.parameters().views()) {
    at::Tensor to = view.of(wide.parameters().values());
    const at::Tensor from = model.parameters().view(view.name).of(model.parameters().values());
    if (view.name == "unembed.b_U") to.fill_(kNever);
    if (view.name == "unembed.W_U") to.zero_();
    if (view.name == "unembed.W_U" || view.name == "unembed.b_U") {
      to.narrow(-1, 0, n_tokens).copy_(from);
    } else {
      to.narrow(0, 0, from.size(0)).copy_(from);
    }
  }
  return wide;
}

bool is_of_weights(const std::string& probe) {
  return probe == "weight_norms" || probe == "weight_spectra" || probe == "composition" ||
         probe == "gradient_flow";
}

// Was: metrics, stop_when_solved and figures of a model with more tokens than its task were taken
// from other rows of the logits, silently; logit_lens failed on such a model.
TEST(WideModel, EveryProbeOfExamplesMeasuresTheSame) {
  const auto data = tiny::data();
  const Transformer model = tiny::random_model(odd_words(*data));
  const Transformer wide = widened(model);
  const ProbeInputs inputs = tiny::inputs(data);
  const torch::NoGradGuard no_grad;
  int n_probes = 0;
  for (const auto& probe : make_probes()) {
    if (is_of_weights(probe->name())) continue;
    ++n_probes;
    const std::vector<Quantity> expected = probe->measure(model, inputs);
    const std::vector<Quantity> got = probe->measure(wide, inputs);
    ASSERT_EQ(got.size(), expected.size()) << probe->name();
    for (std::size_t i = 0; i < got.size(); ++i) {
      ASSERT_EQ(got[i].mean.size(), expected[i].mean.size()) << got[i].name;
      for (std::size_t j = 0; j < got[i].mean.size(); ++j) {
        const double own = got[i].mean[j], right = expected[i].mean[j];
        const bool same = std::isnan(right) ? std::isnan(own)
                                            : std::abs(own - right) <= 1e-3 * (1 + std::abs(right));
        EXPECT_TRUE(same) << probe->name() << " " << got[i].name << " " << own << " " << right;
      }
    }
  }
  EXPECT_GE(n_probes, 6);
}

TEST(WideModel, ProbesOfWeightsMeasureItToo) {
  const auto data = tiny::data();
  const Transformer wide = widened(tiny::random_model(odd_words(*data)));
  ProbeInputs inputs = tiny::inputs(data);
  inputs.start = tiny::start(wide);
  for (const auto& probe : make_probes()) {
    if (!is_of_weights(probe->name())) continue;
    EXPECT_NO_THROW(EXPECT_FALSE(probe->measure(wide, inputs).empty())) << probe->name();
  }
}

TEST(WideModel, ItsLossIsThatOfOneFullPass) {
  const auto data = tiny::data();
  const Transformer wide = widened(tiny::random_model(odd_words(*data)));
  const ProbeInputs inputs = tiny::inputs(data);
  const torch::NoGradGuard no_grad;
  const at::Tensor log_p = at::log_softmax(wide.forward(inputs.inputs), -1);
  const at::Tensor own = -log_p.gather(-1, inputs.labels.clamp_min(0).unsqueeze(-1)).squeeze(-1);
  const at::Tensor is_label = inputs.labels.ge(0);
  const double expected = own.masked_select(is_label).mean().item<double>();
  EXPECT_NEAR(mean_of(measure_targets(wide, inputs.inputs, *data, inputs.examples)).loss, expected,
              1e-4);
}

}  // namespace
}  // namespace kairo
