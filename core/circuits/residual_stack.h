// The residual stream in labelled parts, and the norm that reads it as a linear map.
//
// A decomposition (core/circuits/decomposition.h) lists what was added to the residual up to a
// read point: `layer` is the block that reads it (its attention, or its MLP with mlp_input), -1 or
// n_layers the end of the model. Labels and meaning are those of TransformerLens 3.9's
// ActivationCache.
//
// A norm is not linear in the residual, but with its scale held at the cached value it is:
//   norm(x) = (x - mean(x)) / scale · w + b     (LN; LNPre has no w and b; none is x itself)
// so that the parts' shares add up to norm(x). TransformerLens's apply_ln leaves w and b out
// (kScale), and its shares add up to hook_normalized, which is norm(x) only where w and b were
// folded into the weights. kExact multiplies w in and lists b as one more component ("ln_final.b",
// "blocks.1.ln2.b").
//
// Thread rule: free functions over const objects; any thread may call. Results stay in the graph of
// what was cached where there is one.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/transformer/transformer.h"
#include "hooks/activation_cache.h"

namespace kairo {

// Which positions of the cached activations are wanted; negative ones count from the end.
class Positions {
 public:
  Positions() = default;                                // all
  static Positions one(int64_t pos);                    // and the axis is dropped
  static Positions of(std::vector<int64_t> positions);  // in this order, the axis kept

  // kShape for a position that `axis` (negative: from the end) of `value` does not have.
  at::Tensor pick(const at::Tensor& value, int64_t axis) const;

 private:
  enum class Kind { kAll, kOne, kSome };
  Kind kind_ = Kind::kAll;
  std::vector<int64_t> positions_;
};

enum class ApplyLn {
  kNo,     // parts as they were added to the residual
  kScale,  // TransformerLens's apply_ln: centred and divided by the cached scale
  kExact,  // that times w, and b as a component of its own
};

struct ResidualStack {
  std::vector<std::string> labels;  // [component]
  at::Tensor values;  // [component, batch, pos, d_model]; no pos axis for one position
  // How the values were made, so that nothing is picked or normalised twice or differently.
  Positions positions;
  ApplyLn apply_ln = ApplyLn::kNo;
};

struct ApplyLnOptions {
  int64_t layer = -1;
  bool mlp_input = false;
  ApplyLn apply_ln = ApplyLn::kExact;
};

// The norm of a read point applied to every component with the scale in the cache (ln_final's, or
// ln1's or ln2's of `layer`). Needs ln_final.hook_scale, or blocks.{layer}.ln1.hook_scale or .ln2.
// Without a norm in the model the values stay. kNotFound naming what is missing in the cache,
// kUsage for a layer that is not there or a stack that has been through a norm.
ResidualStack apply_ln_to_stack(const Transformer& model, const ActivationCache& cache,
                                const ResidualStack& stack, const ApplyLnOptions& options = {});

}  // namespace kairo
