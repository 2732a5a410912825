#include "core/model/checkpoint_io.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/model/transformer/layout.h"
#include "core/model/transformer/transformer.h"
#include "tests/core/kernels/counted_memory.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

Checkpoint small_checkpoint() {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  Checkpoint checkpoint;
  checkpoint.model_json = to_json(model.options());
  checkpoint.parameters = to_arrays(model.parameters(), model.parameters().values());
  return checkpoint;
}

// What reading says of the small model's arrays under other words; nothing of the size that these
// claim may be allocated meanwhile.
std::string refusal_of(const TransformerOptions& words) {
  Checkpoint checkpoint = small_checkpoint();
  checkpoint.model_json = to_json(words);
  const CountedMemory memory;
  try {
    model_of(checkpoint, "tiny.h5");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCorrupt) << error.what();
    EXPECT_EQ(memory.bytes(), 0);
    return error.what();
  }
  return "";
}

// Was: memory for the words' model was asked for before they were held against the arrays.
TEST(CheckpointIo, WordsThatClaimMoreThanTheArraysHoldAreCorruptAndAllocateNothing) {
  TransformerOptions words = small_options();
  words.d_vocab = 1 << 24;
  words.d_model = 1 << 20;
  const std::string beyond_memory = refusal_of(words);
  EXPECT_NE(beyond_memory.find("tiny.h5"), std::string::npos) << beyond_memory;
  EXPECT_NE(beyond_memory.find("2^44"), std::string::npos) << beyond_memory;
  words = small_options();
  words.d_mlp = 1 << 20;
  EXPECT_NE(refusal_of(words).find("tiny.h5: blocks.0.mlp.W_in: expected shape [12, 1048576]"),
            std::string::npos);
  words = small_options();
  words.rotary_dim = words.d_head + 1;
  words.positional_embedding_type = PositionalEmbedding::kRotary;
  EXPECT_NE(refusal_of(words).find("rotary_dim"), std::string::npos);
}

// Sizes up to the largest that the words may have: products of three of them pass 2^63.
TEST(CheckpointIo, WordsDrawnFromTheirWholeRangesNeverWrapAround) {
  Random random(7);
  const auto up_to = [&](int64_t most) {
    const int64_t n = most >> random.below(25);
    return n < 1 ? int64_t{1} : n;
  };
  for (int i = 0; i < 50; ++i) {
    TransformerOptions words = small_options();
    words.n_layers = up_to(1000);
    words.n_heads = up_to(4096);
    words.d_model = 13 + up_to((1 << 20) - 13);  // not the arrays'
    words.d_head = up_to(1 << 20);
    words.d_mlp = up_to(1 << 20);
    words.n_ctx = up_to(1 << 20);
    words.d_vocab = up_to(1 << 24);
    EXPECT_NE(refusal_of(words).find("tiny.h5"), std::string::npos);
  }
}

TEST(ParameterLayout, TheLargestWordsAreRefusedAndSmallOnesLieOneAfterAnother) {
  TransformerOptions words = small_options();
  words.n_layers = 1000;
  words.n_heads = 4096;
  words.d_model = words.d_head = words.d_mlp = words.n_ctx = 1 << 20;
  words.d_vocab = 1 << 24;
  EXPECT_THROW(transformer_layout(words), Error);
  const ParameterLayout layout = transformer_layout(small_options());
  int64_t end = 0;
  for (const ParameterLayout::Slice& slice : layout.slices()) {
    EXPECT_EQ(slice.offset, end) << slice.name;
    EXPECT_EQ(slice.offset * 4 % 64, 0) << slice.name;
    end = (slice.offset + slice.elements + 15) / 16 * 16;
  }
  EXPECT_EQ(layout.total(), end);
}

// Was: every replayed checkpoint carried a gradient buffer that nobody read.
TEST(CheckpointIo, AModelReadFromACheckpointTakesItsWeightsAlone) {
  const Checkpoint checkpoint = small_checkpoint();
  const CountedMemory memory;
  const Transformer model = take_transformer(model_of(checkpoint, "tiny.h5"), "a test");
  const auto weights = static_cast<int64_t>(model.parameters().values().nbytes());
  EXPECT_LT(memory.bytes(), weights + weights / 2);
  EXPECT_FALSE(model.parameters().gradients().defined());
  // A shard of it can be learned again.
  EXPECT_EQ(static_cast<int64_t>(model.shard()->parameters().gradients().nbytes()), weights);
}

TEST(FlatParameters, FrozenOnesGiveTheirGradientBufferUp) {
  Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  EXPECT_TRUE(model.parameters().leaf("embed.W_E").requires_grad());
  model.parameters().freeze();
  EXPECT_FALSE(model.parameters().leaf("embed.W_E").requires_grad());
  EXPECT_FALSE(model.parameters().gradients().defined());
}

}  // namespace
}  // namespace kairo
