#include "probes/patching/branches.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <algorithm>

#include "core/kernels/attention.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

// Tokens a pass: enough to make single operations cheap, few enough for the second-level cache.
constexpr int64_t kTokensAtOnce = 2304;
constexpr int64_t kLongestPack = 1024;

// Rows [branch | branch | …].
class Pack : public RowLayout {
 public:
  Pack(const Trunk& trunk, const std::vector<Branch>& branches, BranchEnd end) : trunk_(trunk) {
    std::vector<at::Tensor> positions;
    for (const Branch& each : branches) {
      const int64_t length = each.residual.size(1);
      const int64_t finished = end == BranchEnd::kLastPosition ? 1 : length;
      whole_.push_back({each.begin, length, length});
      finished_.push_back({each.begin, length, finished});
      positions.push_back(
          at::arange(each.begin, each.begin + length, each.residual.options().dtype(at::kLong)));
    }
    positions_ = at::cat(positions);
  }

  // The same branches of other examples: [first, first + n).
  Pack of_examples(int64_t first, int64_t n) const {
    Pack part(*this);
    part.first_example_ = first;
    part.n_examples_ = n;
    return part;
  }

  const at::Tensor& positions() const override { return positions_; }

  // Each branch's last row, or all.
  std::vector<int64_t> finished_rows() const {
    std::vector<int64_t> rows;
    int64_t end = 0;
    for (const Continuation& each : finished_) {
      end += each.own;
      for (int64_t row = end - each.rows; row < end; ++row) rows.push_back(row);
    }
    return rows;
  }

  at::Tensor attend(int64_t layer, const at::Tensor& q, const at::Tensor& k,
                    const at::Tensor& v) const override {
    const auto of_examples = [this](const at::Tensor& trunk) {
      return trunk.narrow(0, first_example_, n_examples_);
    };
    return continued_attention(q, k, v, of_examples(trunk_.k[layer]), of_examples(trunk_.v[layer]),
                               q.size(1) == k.size(1) ? whole_ : finished_);
  }

 private:
  Trunk trunk_;
  std::vector<Continuation> whole_;     // with all rows as queries
  std::vector<Continuation> finished_;  // with those to finish
  at::Tensor positions_;
  int64_t first_example_ = 0;
  int64_t n_examples_ = 0;
};

// Branches from `next` on, as many as fit into a pack; at least one.
std::vector<Branch> take_branches(const std::vector<Branch>& branches, std::size_t& next) {
  std::vector<Branch> taken;
  int64_t packed = 0;
  for (; next < branches.size(); ++next) {
    packed += branches[next].residual.size(1);
    if (packed > kLongestPack && !taken.empty()) break;
    taken.push_back(branches[next]);
  }
  return taken;
}

// Logits of the finished rows, some sequences at a time: [n, finished, d_vocab]. Threads share the
// sequences out, each with single-threaded operations, which wait for each other less than an
// operation's threads do. Without gradients, as all of a sweep is.
at::Tensor run_pack(const Transformer& model, int64_t layer, const Pack& pack,
                    const at::Tensor& packed) {
  LayerOptions options;
  options.start_at_layer = layer;
  options.positions = pack.finished_rows();
  const int64_t n = packed.size(0);
  const int64_t at_once = std::max<int64_t>(1, kTokensAtOnce / packed.size(1));
  std::vector<at::Tensor> logits(static_cast<std::size_t>((n + at_once - 1) / at_once));
  at::parallel_for(0, static_cast<int64_t>(logits.size()), 1, [&](int64_t first, int64_t last) {
    const torch::NoGradGuard no_grad;
    for (int64_t part = first; part < last; ++part) {
      const int64_t begin = part * at_once, some = std::min(at_once, n - begin);
      const Pack examples = pack.of_examples(begin, some);
      LayerOptions forward = options;
      forward.layout = &examples;
      logits[static_cast<std::size_t>(part)] =
          model.forward_from(packed.narrow(0, begin, some), {}, forward);
    }
  });
  return at::cat(logits);
}

}  // namespace

std::vector<at::Tensor> run_branches(const Transformer& model, int64_t layer, const Trunk& trunk,
                                     const std::vector<Branch>& branches, BranchEnd end) {
  std::vector<at::Tensor> result;
  std::size_t next = 0;
  while (next < branches.size()) {
    const std::vector<Branch> taken = take_branches(branches, next);
    std::vector<at::Tensor> residuals;
    for (const Branch& each : taken) residuals.push_back(each.residual);
    const at::Tensor logits =
        run_pack(model, layer, Pack(trunk, taken, end), at::cat(residuals, 1));
    int64_t at = 0;
    for (const Branch& each : taken) {
      const int64_t rows = end == BranchEnd::kLastPosition ? 1 : each.residual.size(1);
      result.push_back(logits.narrow(1, at, rows));
      at += rows;
    }
  }
  return result;
}

}  // namespace kairo
