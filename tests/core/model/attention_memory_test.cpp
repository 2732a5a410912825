// A pass over a long sequence, forward and backward, never holds a [pos, pos] matrix.
#include <gtest/gtest.h>

#include "tests/core/kernels/allocated_bytes.h"
#include "tests/core/kernels/counted_memory.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

constexpr int64_t kPos = 2048;

TransformerOptions long_options(PositionalEmbedding positions) {
  TransformerOptions options = small_options();
  options.n_layers = 1;
  options.n_ctx = kPos;
  options.positional_embedding_type = positions;
  return options;
}

struct Memory {
  int64_t largest = 0;  // tensor, bytes
  int64_t kept = 0;     // by malloc after the pass: the workspaces of heads are no tensors
};

Memory of_pass(Transformer model, const Hooks& hooks, const std::vector<int64_t>& positions) {
  const at::Tensor tokens = make_tokens(model.options(), 1, kPos);
  const at::Tensor labels =
      positions.empty() ? tokens : tokens.narrow(1, 0, static_cast<int64_t>(positions.size()));
  ForwardOptions forward;
  forward.positions = positions;
  const int64_t before = allocated_bytes();
  const CountedMemory memory;
  model.loss(tokens, labels, hooks, forward).sum().backward();
  return {memory.largest(), allocated_bytes() - before};
}

TEST(AttentionMemory, APassOver2048PositionsHoldsNoMatrixOfThemEachByEach) {
  for (const auto positions : {PositionalEmbedding::kStandard, PositionalEmbedding::kRotary}) {
    TransformerOptions options = long_options(positions);
    options.rotary_dim = 4;
    for (const std::vector<int64_t>& finished :
         {std::vector<int64_t>{}, std::vector<int64_t>{5, 700, 2047}}) {
      const Memory fused =
          of_pass(make_model({"long", options}, ModelDtype::kFloat32), {}, finished);
      // A byte a pair of positions: less than a mask would take.
      EXPECT_LT(fused.largest, kPos * kPos);
      EXPECT_LT(fused.kept, kPos * kPos);
    }
  }
}

TEST(AttentionMemory, LookingAtThePatternIsSeenByThisMeasure) {
  Hooks hooks;
  hooks.observe("blocks.0.attn.hook_pattern", [](const at::Tensor&, const HookPoint&) {});
  const TransformerOptions options = long_options(PositionalEmbedding::kStandard);
  const Memory looked_at = of_pass(make_model({"long", options}, ModelDtype::kFloat32), hooks, {});
  EXPECT_GE(looked_at.largest, kPos * kPos * options.n_heads * 4);
}

}  // namespace
}  // namespace kairo
