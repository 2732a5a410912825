#include "probes/branches.h"

#include <torch/torch.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/kernels/attention.h"

namespace kairo {
namespace {

// Tokens a pass: enough to make single operations cheap, few enough for the second-level cache.
constexpr int64_t kTokensAtOnce = 2304;
constexpr int64_t kLongestPack = 1024;

// Branches of one shape, side by side in a pack: attention takes them as one batch.
struct Group {
  int64_t begin = 0;
  int64_t length = 0;
  int64_t count = 0;
};

at::Tensor range(int64_t begin, int64_t end) { return at::arange(begin, end, at::kLong); }

// Rows [group | group | …].
class Pack : public RowLayout {
 public:
  Pack(const Trunk& trunk, std::vector<Group> groups, BranchEnd end)
      : trunk_(trunk), groups_(std::move(groups)), end_(end) {
    std::vector<at::Tensor> positions;
    for (const Group& each : groups_) {
      positions.push_back(range(each.begin, each.begin + each.length).repeat({each.count}));
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
  int64_t n_finished(const Group& group) const {
    return end_ == BranchEnd::kLastPosition ? 1 : group.length;
  }

  // Each branch's last row, or all.
  std::vector<int64_t> finished_rows() const {
    std::vector<int64_t> rows;
    int64_t first = 0;
    for (const Group& each : groups_) {
      for (int64_t branch = 0; branch < each.count; ++branch, first += each.length) {
        for (int64_t i = each.length - n_finished(each); i < each.length; ++i) {
          rows.push_back(first + i);
        }
      }
    }
    return rows;
  }

  at::Tensor attend(int64_t layer, const at::Tensor& q, const at::Tensor& k,
                    const at::Tensor& v) const override {
    const bool finishes = q.size(1) != k.size(1);
    std::vector<Continuation> continuations;
    for (const Group& each : groups_) {
      const int64_t rows = finishes ? n_finished(each) : each.length;
      continuations.insert(continuations.end(), each.count, {each.begin, each.length, rows});
    }
    const auto of_examples = [this](const at::Tensor& trunk) {
      return trunk.narrow(0, first_example_, n_examples_);
    };
    return continued_attention(q, k, v, of_examples(trunk_.k[layer]), of_examples(trunk_.v[layer]),
                               continuations);
  }

 private:
  Trunk trunk_;
  std::vector<Group> groups_;
  BranchEnd end_;
  at::Tensor positions_;
  int64_t first_example_ = 0;
  int64_t n_examples_ = 0;
};

// Branches of equal shape follow each other.
std::vector<std::size_t> by_shape(const std::vector<Branch>& branches) {
  std::vector<std::size_t> order(branches.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const int64_t length_a = branches[a].residual.size(1), length_b = branches[b].residual.size(1);
    return std::tie(branches[a].begin, length_a) < std::tie(branches[b].begin, length_b);
  });
  return order;
}

// One pack's branches from `next` on, as many as fit.
std::vector<Group> take_groups(const std::vector<Branch>& branches,
                               const std::vector<std::size_t>& order, std::size_t& next) {
  std::vector<Group> groups;
  int64_t packed = 0;
  for (; next < order.size(); ++next) {
    const int64_t begin = branches[order[next]].begin;
    const int64_t length = branches[order[next]].residual.size(1);
    packed += length;
    if (packed > kLongestPack && !groups.empty()) break;
    const bool joins =
        !groups.empty() && groups.back().begin == begin && groups.back().length == length;
    if (!joins) groups.push_back({begin, length, 0});
    ++groups.back().count;
  }
  return groups;
}

// Logits of the finished rows, some sequences at a time: [n, finished, d_vocab].
at::Tensor run_pack(const Transformer& model, int64_t layer, const Pack& pack,
                    const at::Tensor& packed) {
  ForwardOptions forward;
  forward.start_at_layer = layer;
  forward.positions = pack.finished_rows();
  const int64_t n = packed.size(0);
  const int64_t at_once = std::max<int64_t>(1, kTokensAtOnce / packed.size(1));
  std::vector<at::Tensor> logits;
  for (int64_t begin = 0; begin < n; begin += at_once) {
    const int64_t some = std::min(at_once, n - begin);
    const Pack part = pack.of_examples(begin, some);
    forward.layout = &part;
    logits.push_back(model.forward_from(packed.narrow(0, begin, some), {}, forward));
  }
  return at::cat(logits);
}

}  // namespace

std::vector<at::Tensor> run_branches(const Transformer& model, int64_t layer, const Trunk& trunk,
                                     const std::vector<Branch>& branches, BranchEnd end) {
  std::vector<at::Tensor> result(branches.size());
  const std::vector<std::size_t> order = by_shape(branches);
  std::size_t next = 0;
  while (next < branches.size()) {
    const std::size_t first = next;
    const Pack pack(trunk, take_groups(branches, order, next), end);
    std::vector<at::Tensor> parts;
    for (std::size_t i = first; i < next; ++i) parts.push_back(branches[order[i]].residual);
    const at::Tensor logits = run_pack(model, layer, pack, at::cat(parts, 1));
    int64_t at = 0;
    for (std::size_t i = first; i < next; ++i) {
      const int64_t rows =
          end == BranchEnd::kLastPosition ? 1 : branches[order[i]].residual.size(1);
      result[order[i]] = logits.narrow(1, at, rows);
      at += rows;
    }
  }
  return result;
}

}  // namespace kairo
