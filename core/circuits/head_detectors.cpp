#include "core/circuits/head_detectors.h"

#include <torch/utils.h>

#include <algorithm>
#include <sstream>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

// Earlier positions with the same token.
at::Tensor duplicates(const at::Tensor& tokens) {
  return tokens.unsqueeze(-1).eq(tokens.unsqueeze(-2)).to(at::kFloat).tril(-1);
}

at::Tensor without_excluded(const at::Tensor& values, const DetectionOptions& options) {
  if (!options.exclude_bos && !options.exclude_current_token) return values;
  at::Tensor kept = at::ones({values.size(-2), values.size(-1)}, values.options());
  if (options.exclude_bos) kept.narrow(1, 0, 1).zero_();
  if (options.exclude_current_token) kept.fill_diagonal_(0);
  return values * kept;
}

bool leading_axes_broadcast(const at::Tensor& a, const at::Tensor& b) {
  for (int64_t axis = 3; axis <= std::min(a.dim(), b.dim()); ++axis) {
    const int64_t x = a.size(-axis), y = b.size(-axis);
    if (x != y && x != 1 && y != 1) return false;
  }
  return true;
}

void check_patterns(const at::Tensor& attention, const at::Tensor& detection) {
  const bool fits =
      attention.dim() >= 2 && detection.dim() >= 2 && attention.size(-1) > 0 &&
      attention.size(-1) == attention.size(-2) && detection.size(-1) == attention.size(-1) &&
      detection.size(-2) == attention.size(-1) && leading_axes_broadcast(attention, detection);
  if (fits) return;
  std::ostringstream came;
  came << attention.sizes() << " and " << detection.sizes();
  throw Error(ErrorKind::kShape)
      .at("detection pattern")
      .expected("attention [.., pos, pos] and a pattern [.., pos, pos] that broadcast")
      .came(came.str())
      .hint("make the pattern for the tokens that are run");
}

void check_axes(const at::Tensor& tokens, bool fits, const char* expected) {
  if (fits) return;
  std::ostringstream came;
  came << tokens.sizes();
  throw Error(ErrorKind::kShape).at("tokens").expected(expected).came(came.str());
}

// [pos, pos] as it is; [batch, pos, pos] with an axis for the heads.
at::Tensor with_head_axis(const at::Tensor& detection, int64_t batch) {
  if (detection.dim() == 2) return detection;
  if (detection.dim() == 3 && detection.size(0) == batch) return detection.unsqueeze(1);
  std::ostringstream came;
  came << detection.sizes();
  throw Error(ErrorKind::kShape)
      .at("detection pattern")
      .expected("[pos, pos] or [" + std::to_string(batch) + ", pos, pos]")
      .came(came.str());
}

// Ids that may be drawn.
int64_t drawn_tokens(const TransformerOptions& model, const RepeatedTokens& options) {
  return options.n_tokens > 0 ? options.n_tokens : model.d_vocab;
}

void check_repeated(const TransformerOptions& model, const RepeatedTokens& options) {
  const int64_t n_bos = options.bos ? 1 : 0;
  const bool fits = options.batch >= 1 && options.batch <= (1 << 20) && options.length >= 1 &&
                    options.length <= (model.n_ctx - n_bos) / 2 &&
                    drawn_tokens(model, options) > n_bos &&
                    drawn_tokens(model, options) <= model.d_vocab;
  if (!fits) {
    throw Error(ErrorKind::kUsage)
        .at("repeated tokens")
        .expected("a batch of at least 1 and a length from 1 to " +
                  std::to_string((model.n_ctx - n_bos) / 2) + " (half of n_ctx)")
        .came("batch " + std::to_string(options.batch) + ", length " +
              std::to_string(options.length) + ", d_vocab " + std::to_string(model.d_vocab));
  }
  if (options.bos && (*options.bos < 0 || *options.bos >= drawn_tokens(model, options))) {
    throw Error(ErrorKind::kUsage)
        .at("repeated tokens: bos")
        .expected("a token from 0 to " + std::to_string(drawn_tokens(model, options) - 1))
        .came(std::to_string(*options.bos));
  }
}

}  // namespace

at::Tensor detection_pattern(HeadKind kind, const at::Tensor& tokens) {
  check_axes(tokens, tokens.dim() >= 1, "[.., pos]");
  const at::Tensor same = duplicates(tokens);
  if (kind == HeadKind::kDuplicateToken) return same;
  if (kind == HeadKind::kPreviousToken) {
    return at::ones_like(same).tril(-1).triu(-1);
  }
  // One key to the right of each duplicate.
  return at::constant_pad_nd(same, {1, -1}).tril();
}

at::Tensor detection_score(const at::Tensor& attention, const at::Tensor& detection,
                           const DetectionOptions& options) {
  check_patterns(attention, detection);
  const at::Tensor wanted = detection.to(attention.options());
  if (options.measure == ErrorMeasure::kAbs) {
    const at::Tensor off = without_excluded((attention - wanted).abs(), options);
    return 1 - off.sum({-2, -1}) / attention.size(-1);
  }
  const at::Tensor counted = without_excluded(attention, options);
  return (counted * wanted).sum({-2, -1}) / counted.sum({-2, -1});
}

HeadScores detect_heads(const Transformer& model, const at::Tensor& tokens,
                        const at::Tensor& detection, const DetectionOptions& options) {
  check_axes(tokens, tokens.dim() == 2, "[batch, pos]");
  const torch::NoGradGuard no_grad;
  const at::Tensor wanted = with_head_axis(detection, tokens.size(0));
  std::vector<at::Tensor> by_layer(static_cast<std::size_t>(model.options().n_layers));
  Hooks hooks;
  hooks.observe("blocks.*.attn.hook_pattern",
                [&](const at::Tensor& attention, const HookPoint& point) {
                  by_layer[point.layer] = detection_score(attention, wanted, options);
                });
  LayerOptions forward;
  forward.stop_at_layer = model.options().n_layers;  // logits are not looked at
  model.forward_layers(tokens, hooks, forward);
  HeadScores scores;
  scores.per_example = at::stack(by_layer, 1);
  scores.mean = at::nanmean(scores.per_example, 0);
  return scores;
}

HeadScores detect_heads(const Transformer& model, const at::Tensor& tokens, HeadKind kind,
                        const DetectionOptions& options) {
  return detect_heads(model, tokens, detection_pattern(kind, tokens), options);
}

at::Tensor repeated_random_tokens(const TransformerOptions& model, const RepeatedTokens& options) {
  check_repeated(model, options);
  const int64_t n_bos = options.bos ? 1 : 0, width = n_bos + 2 * options.length;
  const auto n_drawn = static_cast<uint64_t>(drawn_tokens(model, options) - n_bos);
  const at::Tensor tokens = at::empty({options.batch, width}, at::kLong);
  int64_t* row = tokens.data_ptr<int64_t>();
  for (int64_t example = 0; example < options.batch; ++example, row += width) {
    Random random(options.seed, static_cast<uint64_t>(example));
    if (options.bos) row[0] = *options.bos;
    for (int64_t i = n_bos; i < n_bos + options.length; ++i) {
      const auto drawn = static_cast<int64_t>(random.below(n_drawn));
      row[i] = drawn + (options.bos && drawn >= *options.bos ? 1 : 0);
      row[i + options.length] = row[i];
    }
  }
  return tokens;
}

}  // namespace kairo
