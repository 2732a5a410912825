#include "core/model/transformer/reference.h"

#include <cmath>
#include <limits>

namespace kairo {
namespace {

using Numbers = std::vector<double>;

struct Twin {
  const TransformerOptions& o;
  const NumbersByName& parameters;
  ReferenceRun run;
  int64_t n_pos;
  std::string prefix;  // of the block at work

  Numbers note(const std::string& name, const Numbers& values) {
    run.activations[prefix + name] = values;
    return values;
  }
  const Numbers& weight(const std::string& name) const { return parameters.at(prefix + name); }
  Numbers unembedding() const;  // [d_model, d_vocab]
  Numbers unembedding_bias() const;

  Numbers embed(const std::vector<int64_t>& tokens);
  Numbers norm(const Numbers& x, const std::string& name);
  Numbers project(const Numbers& x, const char* letter);
  Numbers rotate(const Numbers& x) const;
  Numbers scores(const Numbers& q, const Numbers& k) const;
  Numbers attention(const Numbers& resid_pre);
  Numbers mlp(const Numbers& x);
  Numbers block(const Numbers& resid_pre);
};

Numbers sum(const Numbers& a, const Numbers& b) {
  Numbers c(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) c[i] = a[i] + b[i];
  return c;
}

// x [rows, in] by w [in, out] plus b [out].
Numbers affine(const Numbers& x, const Numbers& w, const Numbers& b) {
  const std::size_t out = b.size(), in = w.size() / out, rows = x.size() / in;
  Numbers y(rows * out);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t j = 0; j < out; ++j) {
      double total = b[j];
      for (std::size_t i = 0; i < in; ++i) total += x[r * in + i] * w[i * out + j];
      y[r * out + j] = total;
    }
  }
  return y;
}

double activate(double x, ActFn act_fn) {
  switch (act_fn) {
    case ActFn::kGelu:
      return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    case ActFn::kGeluNew:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case ActFn::kRelu:
      return x > 0 ? x : 0;
    case ActFn::kSilu:
      return x / (1 + std::exp(-x));
  }
  return x;
}

Numbers softmax_rows(const Numbers& scores, int64_t width) {
  Numbers pattern(scores.size());
  for (std::size_t row = 0; row < scores.size(); row += width) {
    double largest = -std::numeric_limits<double>::infinity(), total = 0;
    for (int64_t i = 0; i < width; ++i) largest = std::max(largest, scores[row + i]);
    for (int64_t i = 0; i < width; ++i) total += std::exp(scores[row + i] - largest);
    for (int64_t i = 0; i < width; ++i)
      pattern[row + i] = std::exp(scores[row + i] - largest) / total;
  }
  return pattern;
}

Numbers Twin::embed(const std::vector<int64_t>& tokens) {
  Numbers embedded, positions;
  for (const int64_t token : tokens) {
    const double* row = &weight("embed.W_E")[token * o.d_model];
    embedded.insert(embedded.end(), row, row + o.d_model);
  }
  note("hook_embed", embedded);
  if (o.positional_embedding_type == PositionalEmbedding::kRotary) return embedded;
  const Numbers& table = weight("pos_embed.W_pos");
  positions.assign(table.begin(), table.begin() + n_pos * o.d_model);
  return sum(embedded, note("hook_pos_embed", positions));
}

Numbers Twin::unembedding() const {
  if (!o.tie_embeddings) return weight("unembed.W_U");
  Numbers turned(o.d_model * o.d_vocab);
  for (int64_t token = 0; token < o.d_vocab; ++token) {
    for (int64_t i = 0; i < o.d_model; ++i) {
      turned[i * o.d_vocab + token] = weight("embed.W_E")[token * o.d_model + i];
    }
  }
  return turned;
}

Numbers Twin::unembedding_bias() const {
  return o.unembed_bias ? weight("unembed.b_U") : Numbers(o.d_vocab, 0);
}

Numbers Twin::norm(const Numbers& x, const std::string& name) {
  if (o.normalization_type == Normalization::kNone) return x;
  const int64_t d = o.d_model;
  Numbers scale(n_pos), normalized(x.size());
  for (int64_t p = 0; p < n_pos; ++p) {
    double mean = 0, variance = 0;
    for (int64_t i = 0; i < d; ++i) mean += x[p * d + i] / d;
    for (int64_t i = 0; i < d; ++i) variance += std::pow(x[p * d + i] - mean, 2) / d;
    scale[p] = std::sqrt(variance + o.eps);
    for (int64_t i = 0; i < d; ++i) normalized[p * d + i] = (x[p * d + i] - mean) / scale[p];
  }
  note(name + ".hook_scale", scale);
  note(name + ".hook_normalized", normalized);
  if (o.normalization_type == Normalization::kLNPre) return normalized;
  for (std::size_t i = 0; i < x.size(); ++i) {
    normalized[i] = normalized[i] * weight(name + ".w")[i % d] + weight(name + ".b")[i % d];
  }
  return normalized;
}

// x [pos, d_model] by W [head, d_model, d_head] -> [pos, head, d_head].
Numbers Twin::project(const Numbers& x, const char* letter) {
  const Numbers& w = weight(std::string("attn.W_") + letter);
  const Numbers& b = weight(std::string("attn.b_") + letter);
  Numbers y(n_pos * o.n_heads * o.d_head);
  for (int64_t p = 0; p < n_pos; ++p) {
    for (int64_t h = 0; h < o.n_heads; ++h) {
      for (int64_t e = 0; e < o.d_head; ++e) {
        double total = b[h * o.d_head + e];
        for (int64_t i = 0; i < o.d_model; ++i) {
          total += x[p * o.d_model + i] * w[(h * o.d_model + i) * o.d_head + e];
        }
        y[(p * o.n_heads + h) * o.d_head + e] = total;
      }
    }
  }
  return y;
}

Numbers Twin::rotate(const Numbers& x) const {
  const int64_t turned = o.rotary_dim > 0 ? o.rotary_dim : o.d_head, half = turned / 2;
  Numbers y = x;
  for (int64_t p = 0; p < n_pos; ++p) {
    for (int64_t h = 0; h < o.n_heads; ++h) {
      const int64_t first = (p * o.n_heads + h) * o.d_head;
      for (int64_t i = 0; i < half; ++i) {
        const double angle = p * std::pow(o.rotary_base, -2.0 * i / turned);
        const double a = x[first + i], b = x[first + i + half];
        y[first + i] = a * std::cos(angle) - b * std::sin(angle);
        y[first + i + half] = b * std::cos(angle) + a * std::sin(angle);
      }
    }
  }
  return y;
}

// [head, query, key], -inf where a query may not look.
Numbers Twin::scores(const Numbers& q, const Numbers& k) const {
  Numbers scores(o.n_heads * n_pos * n_pos, -std::numeric_limits<double>::infinity());
  const bool causal = o.attention_dir == AttentionDir::kCausal;
  for (int64_t h = 0; h < o.n_heads; ++h) {
    for (int64_t i = 0; i < n_pos; ++i) {
      for (int64_t j = 0; j < (causal ? i + 1 : n_pos); ++j) {
        double total = 0;
        for (int64_t e = 0; e < o.d_head; ++e) {
          total += q[(i * o.n_heads + h) * o.d_head + e] * k[(j * o.n_heads + h) * o.d_head + e];
        }
        scores[(h * n_pos + i) * n_pos + j] = total / std::sqrt(static_cast<double>(o.d_head));
      }
    }
  }
  return scores;
}

// pattern [head, query, key] by v [key, head, d_head] -> [query, head, d_head].
Numbers mix(const Numbers& pattern, const Numbers& v, int64_t n_pos, int64_t heads, int64_t width) {
  Numbers z(n_pos * heads * width, 0);
  for (int64_t h = 0; h < heads; ++h) {
    for (int64_t i = 0; i < n_pos; ++i) {
      for (int64_t j = 0; j < n_pos; ++j) {
        for (int64_t e = 0; e < width; ++e) {
          z[(i * heads + h) * width + e] +=
              pattern[(h * n_pos + i) * n_pos + j] * v[(j * heads + h) * width + e];
        }
      }
    }
  }
  return z;
}

Numbers Twin::attention(const Numbers& resid_pre) {
  const Numbers x = norm(resid_pre, "ln1");
  Numbers q = note("attn.hook_q", project(x, "Q"));
  Numbers k = note("attn.hook_k", project(x, "K"));
  const Numbers v = note("attn.hook_v", project(x, "V"));
  if (o.positional_embedding_type == PositionalEmbedding::kRotary) {
    q = note("attn.hook_rot_q", rotate(q));
    k = note("attn.hook_rot_k", rotate(k));
  }
  const Numbers pattern =
      note("attn.hook_pattern", softmax_rows(note("attn.hook_attn_scores", scores(q, k)), n_pos));
  const Numbers z = note("attn.hook_z", mix(pattern, v, n_pos, o.n_heads, o.d_head));
  const Numbers& w = weight("attn.W_O");
  Numbers result(n_pos * o.n_heads * o.d_model, 0), out(n_pos * o.d_model);
  for (int64_t p = 0; p < n_pos; ++p) {
    for (int64_t i = 0; i < o.d_model; ++i) out[p * o.d_model + i] = weight("attn.b_O")[i];
    for (int64_t h = 0; h < o.n_heads; ++h) {
      for (int64_t i = 0; i < o.d_model; ++i) {
        double& one = result[(p * o.n_heads + h) * o.d_model + i];
        for (int64_t e = 0; e < o.d_head; ++e) {
          one += z[(p * o.n_heads + h) * o.d_head + e] * w[(h * o.d_head + e) * o.d_model + i];
        }
        out[p * o.d_model + i] += one;
      }
    }
  }
  note("attn.hook_result", result);
  return note("hook_attn_out", out);
}

Numbers Twin::mlp(const Numbers& x) {
  const Numbers pre =
      note("mlp.hook_pre", affine(norm(x, "ln2"), weight("mlp.W_in"), weight("mlp.b_in")));
  Numbers post = pre;
  for (double& each : post) each = activate(each, o.act_fn);
  note("mlp.hook_post", post);
  return note("hook_mlp_out", affine(post, weight("mlp.W_out"), weight("mlp.b_out")));
}

Numbers Twin::block(const Numbers& resid_pre) {
  note("hook_resid_pre", resid_pre);
  Numbers after = sum(resid_pre, attention(resid_pre));
  if (o.attn_only) return note("hook_resid_post", after);
  if (o.parallel_attn_mlp) return note("hook_resid_post", sum(after, mlp(resid_pre)));
  note("hook_resid_mid", after);
  return note("hook_resid_post", sum(after, mlp(after)));
}

}  // namespace

ReferenceRun reference_forward(const TransformerOptions& options, const NumbersByName& parameters,
                               const std::vector<int64_t>& tokens) {
  Twin twin{options, parameters, {}, static_cast<int64_t>(tokens.size()), ""};
  Numbers residual = twin.embed(tokens);
  for (int64_t layer = 0; layer < options.n_layers; ++layer) {
    twin.prefix = "blocks." + std::to_string(layer) + ".";
    residual = twin.block(residual);
  }
  twin.prefix = "";
  const Numbers normalized = twin.norm(residual, "ln_final");
  twin.note("unembed.hook_in", normalized);
  twin.run.logits = affine(normalized, twin.unembedding(), twin.unembedding_bias());
  twin.note("unembed.hook_out", twin.run.logits);
  return twin.run;
}

double reference_loss(const ReferenceRun& run, const std::vector<int64_t>& tokens,
                      int64_t d_vocab) {
  double total = 0;
  for (std::size_t p = 0; p + 1 < tokens.size(); ++p) {
    const double* row = &run.logits[p * d_vocab];
    double largest = row[0], normalizer = 0;
    for (int64_t i = 0; i < d_vocab; ++i) largest = std::max(largest, row[i]);
    for (int64_t i = 0; i < d_vocab; ++i) normalizer += std::exp(row[i] - largest);
    total += largest + std::log(normalizer) - row[tokens[p + 1]];
  }
  return total / static_cast<double>(tokens.size() - 1);
}

}  // namespace kairo
