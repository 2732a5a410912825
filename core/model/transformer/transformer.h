// The hookable transformer.
//
//   Transformer model(options);
//   model.initialize();
//   Tensor logits = model.forward(tokens);  // [batch, pos, d_vocab]
//
// Only what is read is computed: with `positions` the unembedding is done there alone, and so is
// the last block's work after its keys and values, unless one of its points is looked at.
// Thread rule: forward is const; several threads may run one model, but only one may run backward
// into one gradient buffer (shard() gives a model with a buffer of its own).
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/config/transformer_options.h"
#include "core/model/model.h"
#include "core/model/transformer/points.h"
#include "core/model/transformer/row_layout.h"

namespace kairo {

struct BlockInputs;

// What a pass of a transformer can do beside: begin and end at a block.
struct LayerOptions : ForwardOptions {
  LayerOptions() = default;
  explicit LayerOptions(const ForwardOptions& forward) : ForwardOptions(forward) {}

  int64_t start_at_layer = 0;  // of forward_from: the block whose resid_pre is given
  int64_t stop_at_layer = -1;  // return resid_pre of this block; -1: run to the logits
  // Of forward_from: rows that are not one sequence each (row_layout.h); must outlive the pass.
  // Null: they are.
  const RowLayout* layout = nullptr;
};

class Transformer : public Model {
 public:
  // Parameters are zero until initialised or loaded. Throws kConfig where the words contradict each
  // other.
  explicit Transformer(const TransformerOptions& options, at::Device device = at::kCPU,
                       WeightGradients gradients = WeightGradients::kKept);

  const TransformerOptions& options() const override { return options_; }
  const HookTable& hook_table() const override { return points_.table(); }
  const TransformerPoints& points() const { return points_; }
  std::map<std::string, int64_t> axis_sizes() const override;
  FlatParameters& parameters() override { return parameters_; }
  const FlatParameters& parameters() const override { return parameters_; }
  void initialize() override;
  std::unique_ptr<Model> shard() const override;

  at::Tensor forward(const at::Tensor& tokens, const Hooks& hooks = {},
                     const ForwardOptions& options = {}) const override;

  // As forward, or with stop_at_layer the residual [batch, pos, d_model].
  at::Tensor forward_layers(const at::Tensor& tokens, const Hooks& hooks,
                            const LayerOptions& options) const;

  // The same from a residual [batch, pos, d_model] that enters block start_at_layer (n_layers:
  // ln_final).
  at::Tensor forward_from(const at::Tensor& residual, const Hooks& hooks,
                          const LayerOptions& options) const;

  // Where nobody looks at the model's end, unembedding and loss are one operation.
  at::Tensor loss(const at::Tensor& tokens, const at::Tensor& labels, const Hooks& hooks = {},
                  const ForwardOptions& options = {}) const override;

  // unembed(ln_final(residual)): [.., d_model] -> [.., d_vocab]; no hooks. The logit lens.
  at::Tensor unembed(const at::Tensor& residual) const;

 private:
  Transformer(const Transformer& other, FlatParameters parameters);

  at::Tensor embed(const at::Tensor& tokens, const TransformerHooks& hooks,
                   const PassRandom& random) const;
  at::Tensor embedding(const at::Tensor& tokens, const TransformerHooks& hooks) const;
  // A residual behind the last block run, and the positions still to be picked from it; undefined:
  // none.
  struct Residual {
    at::Tensor values;
    at::Tensor rows;
  };

  static at::Tensor pick(const Residual& end);
  Residual blocks(at::Tensor residual, const TransformerHooks& hooks,
                  const LayerOptions& options) const;
  at::Tensor block(const at::Tensor& residual, const BlockInputs& block) const;
  Weight unembedding_bias() const;  // without a value where the model has none
  at::Tensor final_norm(const at::Tensor& residual, const TransformerHooks& hooks) const;
  // Logits, or the residual itself with stop_at_layer.
  at::Tensor to_logits(const Residual& end, const TransformerHooks& hooks,
                       const LayerOptions& options) const;

  TransformerOptions options_;
  TransformerPoints points_;
  FlatParameters parameters_;
};

// The model as a transformer: for what needs its inside. kConfig, naming `who` needs it and the
// family that the model is of.
const Transformer& as_transformer(const Model& model, const std::string& who);
Transformer take_transformer(std::unique_ptr<Model> model, const std::string& who);

}  // namespace kairo
