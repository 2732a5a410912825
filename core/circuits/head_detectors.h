// Which heads attend as a named kind of head would: previous-token, duplicate-token and induction
// heads. Source: TransformerLens's head_detector, whose patterns and error measures these are.
//
// Detection patterns D [pos, pos] (query, key), 1 where the kind attends, else 0:
//   previous token   D[i, i-1] = 1
//   duplicate token  D[i, j] = 1 where j < i and token j = token i
//   induction        D[i, j+1] = 1 where j < i and token j = token i
//
// Score of an attention pattern A, after the excluded entries are set to 0 (in A for kMul, in
// |A - D| for kAbs):
//   kMul  sum(A D) / sum(A): the share of the attention that falls on the pattern, 0 to 1; NaN
//         where no attention is left
//   kAbs  1 - sum|A - D| / pos: 1 for a perfect match, -1 for all of it elsewhere; rows in which D
//         has no 1 or several cost it even from a perfect head
//
// Every example of a batch is scored by itself, on the pattern of its own tokens, and the score of
// a batch is the mean over its examples' scores (NaNs left out): a batch of one and a single
// sequence are the same. TransformerLens differs: prompts in a list are scored one by one and
// averaged where the kind is named, but where the pattern is a tensor the first prompt's scores
// stand for all; kAbs is rounded to three decimals there.
// Thread rule: read only.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "core/model/transformer/transformer.h"

namespace kairo {

enum class HeadKind { kPreviousToken, kDuplicateToken, kInduction };
enum class ErrorMeasure { kMul, kAbs };

struct DetectionOptions {
  ErrorMeasure measure = ErrorMeasure::kMul;
  bool exclude_bos = false;            // the first key
  bool exclude_current_token = false;  // the diagonal
};

// tokens [.., pos] int64 -> [.., pos, pos] float32 of zeros and ones.
at::Tensor detection_pattern(HeadKind kind, const at::Tensor& tokens);

// attention [.., pos, pos], detection [pos, pos] or with leading axes that broadcast -> [..] in
// attention's dtype. kShape where they do not fit.
at::Tensor detection_score(const at::Tensor& attention, const at::Tensor& detection,
                           const DetectionOptions& options = {});

struct HeadScores {
  at::Tensor mean;         // [layer, head], over examples
  at::Tensor per_example;  // [example, layer, head]
};

// Of every head of the model on tokens [batch, pos]: for a kind of head, or for a pattern of one's
// own [pos, pos] or [batch, pos, pos]. Throws what forward and detection_score throw.
HeadScores detect_heads(const Transformer& model, const at::Tensor& tokens, HeadKind kind,
                        const DetectionOptions& options = {});
HeadScores detect_heads(const Transformer& model, const at::Tensor& tokens,
                        const at::Tensor& detection, const DetectionOptions& options = {});

struct RepeatedTokens {
  int64_t batch = 8;
  int64_t length = 8;          // of the random part, which stands twice
  std::optional<int64_t> bos;  // put in front, and then not among the random tokens
  int64_t n_tokens = 0;        // ids 0 to n_tokens - 1 are drawn; 0: the model's whole vocabulary
  uint64_t seed = 0;
};

// Random tokens, uniform over `n_tokens` ids with replacement, then the same again: text on
// which an induction head shows. [batch, 2 length (+ 1)] int64, the same on every machine. kUsage
// where they do not fit the model's n_ctx or d_vocab.
at::Tensor repeated_random_tokens(const TransformerOptions& model, const RepeatedTokens& options);

}  // namespace kairo
