// Tied embeddings and a model without the unembedding's bias: one parameter for both uses, in
// memory, in gradients, in files and by every name.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include "core/base/error.h"
#include "core/model/checkpoint_io.h"
#include "core/model/loss.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

MadeModel tied_model() {
  MadeModel made{"tied", small_options()};
  made.options.tie_embeddings = true;
  made.options.unembed_bias = false;
  return made;
}

// The same numbers with an unembedding of its own.
Transformer untied(const Transformer& tied) {
  TransformerOptions options = tied.options();
  options.tie_embeddings = false;
  Transformer model(options);
  const torch::NoGradGuard no_grad;
  for (const ParameterView& view : model.parameters().views()) {
    view.of(model.parameters().values())
        .copy_(tied.parameters().view(view.name).of(tied.parameters().values()));
  }
  return model;
}

at::Tensor part(const FlatParameters& parameters, const std::string& name, const at::Tensor& flat) {
  return parameters.view(name).of(flat);
}

TEST(TiedEmbeddings, TheUnembeddingIsTheEmbeddingsMemoryTurnedOver) {
  const Transformer model = make_model(tied_model(), ModelDtype::kFloat32);
  const FlatParameters& parameters = model.parameters();
  const at::Tensor w_u = part(parameters, "unembed.W_U", parameters.values());
  EXPECT_TRUE(at::equal(w_u, part(parameters, "embed.W_E", parameters.values()).t()));
  EXPECT_EQ(w_u.data_ptr(), part(parameters, "embed.W_E", parameters.values()).data_ptr());
  EXPECT_EQ(parameters.count(), model.options().parameter_count());
  EXPECT_THROW(parameters.view("unembed.b_U"), Error);
  for (const ParameterView& view : parameters.views()) EXPECT_NE(view.name, "unembed.W_U");
}

void expect_both_uses_in_one_gradient(ModelDtype dtype, double most) {
  const Transformer tied = make_model(tied_model(), dtype), apart = untied(tied);
  const at::Tensor tokens = make_tokens(tied.options(), 3, 6);
  const auto gradient = [&](const Transformer& model, const std::string& name) {
    const std::unique_ptr<Model> shard = model.shard();
    shard->loss(tokens, tokens.flip(1).contiguous()).sum().backward();
    return part(shard->parameters(), name, shard->parameters().gradients()).clone();
  };
  const at::Tensor expected = gradient(apart, "embed.W_E") + gradient(apart, "unembed.W_U").t();
  EXPECT_LT(relative_error(gradient(tied, "embed.W_E"), expected), most);
  // By autograd's own sums too, with a hook at the end of the model.
  Transformer whole = make_model(tied_model(), dtype);
  token_loss(whole.forward(tokens), tokens.flip(1)).sum().backward();
  EXPECT_LT(relative_error(part(whole.parameters(), "embed.W_E", whole.parameters().gradients()),
                           expected),
            most);
}

TEST(TiedEmbeddings, TheGradientsOfBothUsesAddUpInOneBuffer) {
  expect_both_uses_in_one_gradient(ModelDtype::kFloat32, 1e-5);
  expect_both_uses_in_one_gradient(ModelDtype::kFloat64, 1e-12);
}

TEST(TiedEmbeddings, LogitsAreThoseOfAnUnembeddingOfItsOwnWithTheSameNumbers) {
  const Transformer tied = make_model(tied_model(), ModelDtype::kFloat32), apart = untied(tied);
  const at::Tensor tokens = make_tokens(tied.options(), 3, 6);
  EXPECT_LT(relative_error(tied.forward(tokens), apart.forward(tokens)), 1e-6);
}

TEST(TiedEmbeddings, InitialWeightsAreDrawnOnceAndAreTheEmbeddingsOfTheUntied) {
  TransformerOptions options = tied_model().options;
  Transformer tied(options);
  tied.initialize();
  options.tie_embeddings = false;
  options.unembed_bias = true;
  Transformer apart(options);
  apart.initialize();
  for (const ParameterView& view : tied.parameters().views()) {
    EXPECT_TRUE(at::equal(view.of(tied.parameters().values()),
                          part(apart.parameters(), view.name, apart.parameters().values())))
        << view.name;
  }
}

TEST(TiedEmbeddings, ACheckpointHoldsTheEmbeddingAloneAndReadsBack) {
  const Transformer model = make_model(tied_model(), ModelDtype::kFloat32);
  Checkpoint checkpoint;
  checkpoint.model_json = to_json(model.options());
  checkpoint.parameters = to_arrays(model.parameters(), model.parameters().values());
  int64_t count = 0;
  for (const NamedArray& each : checkpoint.parameters) {
    EXPECT_EQ(each.name.rfind("unembed", 0), std::string::npos) << each.name;
    count += static_cast<int64_t>(each.values.size());
  }
  EXPECT_EQ(count, model.options().parameter_count());
  const std::unique_ptr<Model> back = model_of(checkpoint, "file");
  const at::Tensor tokens = make_tokens(model.options(), 3, 6);
  EXPECT_TRUE(at::equal(back->forward(tokens), model.forward(tokens)));
}

}  // namespace
}  // namespace kairo
