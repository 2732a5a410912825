// A second family of models, for tests: the next token is guessed from the present one alone.
//
//   logits = embed.W_E[token] @ unembed.W_U + unembed.b_U
//
// Hook points: hook_embed [batch, pos, d_model], unembed.hook_out [batch, pos, d_vocab].
#pragma once

#include <memory>

#include "core/config/model_options.h"
#include "core/model/model.h"

namespace kairo::dummies {

struct BigramOptions : ModelOptions {
  int64_t d_model = 8;

  std::vector<Field> fields() override;
  const char* kind() const override { return "bigram"; }
  std::unique_ptr<ModelOptions> clone() const override {
    return std::make_unique<BigramOptions>(*this);
  }
  bool is_causal() const override { return true; }
  int64_t parameter_count() const override { return (2 * d_model + 1) * d_vocab; }
  void check() const override {}
};

class Bigram : public Model {
 public:
  Bigram(const BigramOptions& options, at::Device device, WeightGradients gradients);

  const BigramOptions& options() const override { return options_; }
  const HookTable& hook_table() const override { return table_; }
  std::map<std::string, int64_t> axis_sizes() const override;
  FlatParameters& parameters() override { return parameters_; }
  const FlatParameters& parameters() const override { return parameters_; }
  void initialize() override;
  std::unique_ptr<Model> shard() const override;
  at::Tensor forward(const at::Tensor& tokens, const Hooks& hooks = {},
                     const ForwardOptions& options = {}) const override;

 private:
  Bigram(const Bigram& other, FlatParameters parameters);

  BigramOptions options_;
  HookTable table_;
  FlatParameters parameters_;
};

// Adds the family to both tables; again is nothing.
void add_bigram_family();

}  // namespace kairo::dummies
