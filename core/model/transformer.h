// The hookable transformer. Hooks are an argument: nothing is left behind after a call.
//
//   Transformer model(options);
//   initialize(model.parameters(), options);
//   Tensor logits = model.forward(tokens);  // [batch, pos, d_vocab]
//
// run_with_cache and run_with_hooks stand on top (core/model/cached_run.h).
// Only what is read is computed: with `positions` the unembedding is done there alone, and so is
// the last block's work after its keys and values, unless one of its points is looked at.
// Thread rule: forward is const; several threads may run one model, but only one may run backward
// into one gradient buffer (shard() gives a model with a buffer of its own).
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/config/model_options.h"
#include "core/model/flat_parameters.h"
#include "core/model/row_layout.h"
#include "hooks/hooks.h"

namespace kairo {

struct BlockInputs;

struct ForwardOptions {
  int64_t start_at_layer = 0;      // of forward_from: the block whose resid_pre is given
  int64_t stop_at_layer = -1;      // return resid_pre of this block; -1: run to the logits
  std::vector<int64_t> positions;  // ascending, where logits are wanted; empty: everywhere
  // Of forward_from: rows that are not one sequence each (core/model/row_layout.h); must outlive
  // the pass. Null: they are.
  const RowLayout* layout = nullptr;
};

class Transformer {
 public:
  // Parameters are zero until initialised or loaded. Throws kConfig where the words contradict each
  // other.
  explicit Transformer(const ModelOptions& options, at::Device device = at::kCPU,
                       WeightGradients gradients = WeightGradients::kKept);

  const ModelOptions& options() const { return options_; }
  const HookTable& hook_table() const { return table_; }
  FlatParameters& parameters() { return parameters_; }
  const FlatParameters& parameters() const { return parameters_; }

  // The same weights with a gradient buffer of its own (FlatParameters::shard).
  Transformer shard() const;

  // tokens [batch, pos] int64 -> logits [batch, pos or positions, d_vocab], or the residual [batch,
  // pos, d_model] with stop_at_layer. kShape for wrong tokens, kNotFound for a hook pattern without
  // a match.
  at::Tensor forward(const at::Tensor& tokens, const Hooks& hooks = {},
                     const ForwardOptions& options = {}) const;

  // The same from a residual [batch, pos, d_model] that enters block start_at_layer (n_layers:
  // ln_final).
  at::Tensor forward_from(const at::Tensor& residual, const Hooks& hooks,
                          const ForwardOptions& options) const;

  // Cross-entropy at the positions of `options`, or at all: labels [batch, positions or pos] int64
  // -> [batch, positions or pos], nats. The same numbers as token_loss of forward's logits; where
  // nobody looks at the model's end, unembedding and loss are one operation. kShape as forward, and
  // for labels outside of the vocabulary.
  at::Tensor loss(const at::Tensor& tokens, const at::Tensor& labels, const Hooks& hooks = {},
                  const ForwardOptions& options = {}) const;

  // unembed(ln_final(residual)): [.., d_model] -> [.., d_vocab]; no hooks. The logit lens.
  at::Tensor unembed(const at::Tensor& residual) const;

 private:
  Transformer(const Transformer& other, FlatParameters parameters);

  at::Tensor embed(const at::Tensor& tokens, const ActiveHooks& hooks) const;
  // A residual behind the last block run, and the positions still to be picked from it; undefined:
  // none.
  struct Residual {
    at::Tensor values;
    at::Tensor rows;
  };

  static at::Tensor pick(const Residual& end);
  Residual blocks(at::Tensor residual, const ActiveHooks& hooks,
                  const ForwardOptions& options) const;
  at::Tensor block(const at::Tensor& residual, const BlockInputs& block) const;
  at::Tensor final_norm(const at::Tensor& residual, const ActiveHooks& hooks) const;
  // Logits, or the residual itself with stop_at_layer.
  at::Tensor to_logits(const Residual& end, const ActiveHooks& hooks,
                       const ForwardOptions& options) const;

  ModelOptions options_;
  HookTable table_;
  FlatParameters parameters_;
};

}  // namespace kairo
