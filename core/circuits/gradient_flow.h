// The gradient of the training loss on given examples: how large it is at each parameter, and how
// much of it arrives at each position of the embedding.
//
//   L    mean cross-entropy over the examples' loss tokens, nats: what an update descends
//   L_i  the same over the loss tokens of example i alone
//   gradient           dL/dW, laid out like the parameters
//   embedding_squares  |dL_i/dx_p|^2, x_p [d_model] the value at hook_embed at position p
//
// A pass of its own on a shard of the model (FlatParameters::shard), whose gradient buffer is its
// own: nothing of the model changes, whether its weights are frozen or not. Examples are cut into
// kGradientParts parts whatever runs them, and the parts are added in order: equal to the bit for
// any number of threads. Memory: a gradient buffer a part.
// Thread rule: any thread may call; `run` may use several.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/model/batch.h"
#include "core/model/model.h"

namespace kairo {

constexpr int64_t kGradientParts = 4;

struct GradientFlow {
  at::Tensor gradient;           // [n], in the model's dtype
  at::Tensor losses;             // L_i, [example] double
  at::Tensor embedding_squares;  // [example, pos] double
  // dL/dx summed over the positions that hold a token, [d_vocab, d_model] double. It equals the
  // gradient of embed.W_E, which took another way: a check.
  at::Tensor by_token;
};

// Calls task(0) … task(n-1), all of them before it returns.
using RunTasks = std::function<void(int64_t n, const std::function<void(int64_t)>& task)>;
// On this thread.
void run_one_after_another(int64_t n, const std::function<void(int64_t)>& task);

// kShape as Transformer::loss, and for no example.
GradientFlow gradient_flow(const Model& model, const LabelledTokens& tokens,
                           const RunTasks& run = run_one_after_another);

// The spans that all examples share, in the order of their positions, and last "rest": all other
// positions.
std::vector<std::string> segment_names(const Dataset& data);

// squares [example, pos] -> norms [example, segment] over the segments' positions, double. Squares
// of an example's segments sum to its whole.
at::Tensor segment_norms(const at::Tensor& squares, const Dataset& data);

}  // namespace kairo
