// A hookable model of any family. Hooks are an argument: nothing is left behind after a call.
//
//   std::unique_ptr<Model> model = make_model(options);  // core/model/families.h
//   model->initialize();
//   Tensor logits = model->forward(tokens);  // [batch, pos, d_vocab]
//
// run_with_cache and run_with_hooks stand on top (core/model/cached_run.h). What only one family
// has is asked of its own class (as_transformer in core/model/transformer/transformer.h).
// Thread rule: forward is const; several threads may run one model, but only one may run backward
// into one gradient buffer (shard() gives a model with a buffer of its own).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/pass_random.h"
#include "core/config/model_options.h"
#include "core/model/flat_parameters.h"
#include "hooks/hooks.h"

namespace kairo {

struct ForwardOptions {
  std::vector<int64_t> positions;  // ascending, where logits are wanted; empty: everywhere
  // Of a training pass, for dropout; not given (the default): nothing is drawn. One example for
  // each row of the tokens.
  PassRandom random;
};

class Model {
 public:
  virtual ~Model() = default;

  virtual const ModelOptions& options() const = 0;
  virtual const HookTable& hook_table() const = 0;
  // Sizes of the hook points' axes but batch and positions: {"d_model": 128, ...}.
  virtual std::map<std::string, int64_t> axis_sizes() const = 0;
  virtual FlatParameters& parameters() = 0;
  virtual const FlatParameters& parameters() const = 0;
  // Draws the weights of step 0, by options().seed alone; the same on every machine.
  virtual void initialize() = 0;

  // The same weights with a gradient buffer of its own (FlatParameters::shard).
  virtual std::unique_ptr<Model> shard() const = 0;

  // tokens [batch, pos] int64 -> logits [batch, pos or positions, d_vocab]. kShape for wrong
  // tokens or for randomness of another number of examples, kNotFound for a hook pattern without a
  // match. Work that serves no wanted position may
  // be left out: the result is the same.
  virtual at::Tensor forward(const at::Tensor& tokens, const Hooks& hooks = {},
                             const ForwardOptions& options = {}) const = 0;

  // Cross-entropy at the positions of `options`, or at all: labels [batch, positions or pos] int64
  // -> [batch, positions or pos], nats. The same numbers as token_loss of forward's logits, which
  // it is unless a family fuses the two. kShape as forward, and for labels outside of the
  // vocabulary.
  virtual at::Tensor loss(const at::Tensor& tokens, const at::Tensor& labels,
                          const Hooks& hooks = {}, const ForwardOptions& options = {}) const;
};

// kShape unless `random` is not given or has as many examples as `batch`.
void check_random(const PassRandom& random, int64_t batch);

// kShape unless tokens are int64 [batch, pos] within the model's n_ctx and d_vocab.
void check_tokens(const at::Tensor& tokens, const ModelOptions& options);

// `positions` as an index of axis 1 of `values`, on its device; undefined if they are empty. kShape
// for one outside of it.
at::Tensor position_rows(const std::vector<int64_t>& positions, const at::Tensor& values);

}  // namespace kairo
