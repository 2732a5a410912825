#include "probes/branches.h"

#include <torch/torch.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/model/rotary.h"

namespace kairo {
namespace {

// Attention grows with the square of a packed length; K = 100 candidates of 4 tokens still fit in
// one.
constexpr int64_t kLongestPack = 512;
// Tokens a pass: activations of this many stay near the cache.
constexpr int64_t kTokensAtOnce = 4096;

// Which branches stand behind one trunk, and where.
struct Pack {
  std::vector<int64_t> branches;
  std::vector<int64_t> positions;  // [packed], true position of each row
  at::Tensor hidden;               // [packed, packed] bool: the row may not look at the column
};

void fill_hidden(Pack& pack, const std::vector<int64_t>& owners,
                 const std::vector<int64_t>& begins) {
  const int64_t n = static_cast<int64_t>(owners.size());
  pack.hidden = at::ones({n, n}, at::kBool);
  auto hidden = pack.hidden.accessor<bool, 2>();
  for (int64_t row = 0; row < n; ++row) {
    for (int64_t column = 0; column <= row; ++column) {
      const bool own = owners[row] == owners[column];
      const bool before = owners[column] < 0 && pack.positions[column] < begins[row];
      hidden[row][column] = !(own || before);
    }
  }
}

Pack make_pack(int64_t n_trunk, const std::vector<Branch>& branches, std::size_t& next) {
  Pack pack;
  std::vector<int64_t> owners(static_cast<std::size_t>(n_trunk), -1);
  std::vector<int64_t> begins(static_cast<std::size_t>(n_trunk), 0);
  pack.positions.resize(static_cast<std::size_t>(n_trunk));
  std::iota(pack.positions.begin(), pack.positions.end(), 0);
  for (; next < branches.size(); ++next) {
    const int64_t length = branches[next].residual.size(1);
    const int64_t packed = static_cast<int64_t>(pack.positions.size()) + length;
    if (packed > kLongestPack && !pack.branches.empty()) break;
    for (int64_t i = 0; i < length; ++i) {
      pack.positions.push_back(branches[next].begin + i);
      owners.push_back(static_cast<int64_t>(next));
      begins.push_back(branches[next].begin);
    }
    pack.branches.push_back(static_cast<int64_t>(next));
  }
  fill_hidden(pack, owners, begins);
  return pack;
}

// Keeps the unturned queries or keys and gives them the angle of their true position.
void rotate_at(const at::Tensor& positions, const char* name, const ModelOptions& options,
               at::Tensor& unturned, Hooks& hooks) {
  const std::string all = "blocks.*.attn.hook_";
  hooks.observe(all + name, [&](const at::Tensor& value, const HookPoint&) { unturned = value; });
  hooks.edit(all + "rot_" + name,
             [&](const at::Tensor&, const HookPoint&) -> std::optional<at::Tensor> {
               return rotate(unturned, positions, options);
             });
}

// Logits [rows, 1 + tokens of the branches, d_vocab]: the trunk's last position, then every branch
// row.
at::Tensor run_pack(const Transformer& model, int64_t layer, const Pack& pack,
                    const at::Tensor& packed, int64_t n_trunk) {
  Hooks hooks;
  hooks.edit("blocks.*.attn.hook_attn_scores",
             [&](const at::Tensor& scores, const HookPoint&) -> std::optional<at::Tensor> {
               return scores.masked_fill(pack.hidden, -std::numeric_limits<double>::infinity());
             });
  const at::Tensor positions = at::tensor(pack.positions, at::kLong);
  at::Tensor q, k;
  if (model.options().positional_embedding_type == PositionalEmbedding::kRotary) {
    rotate_at(positions, "q", model.options(), q, hooks);
    rotate_at(positions, "k", model.options(), k, hooks);
  }
  ForwardOptions forward;
  forward.start_at_layer = layer;
  for (int64_t row = n_trunk - 1; row < packed.size(1); ++row) forward.positions.push_back(row);
  return model.forward_from(packed, hooks, forward);
}

}  // namespace

BranchedLogits run_branches(const Transformer& model, int64_t layer, const at::Tensor& trunk,
                            const std::vector<Branch>& branches) {
  const int64_t n = trunk.size(0), n_trunk = trunk.size(1);
  BranchedLogits result;
  result.branches.resize(branches.size());
  std::size_t next = 0;
  do {
    const Pack pack = make_pack(n_trunk, branches, next);
    std::vector<at::Tensor> parts = {trunk};
    for (const int64_t b : pack.branches) parts.push_back(branches[b].residual);
    const at::Tensor packed = at::cat(parts, 1);
    const int64_t rows = std::max<int64_t>(1, kTokensAtOnce / packed.size(1));
    std::vector<at::Tensor> logits;
    for (int64_t begin = 0; begin < n; begin += rows) {
      const at::Tensor some = packed.narrow(0, begin, std::min(rows, n - begin));
      logits.push_back(run_pack(model, layer, pack, some, n_trunk));
    }
    const at::Tensor all = at::cat(logits);
    if (!result.trunk.defined()) result.trunk = all.select(1, 0);
    int64_t at = 1;
    for (const int64_t b : pack.branches) {
      const int64_t length = branches[b].residual.size(1);
      result.branches[b] = all.narrow(1, at, length);
      at += length;
    }
  } while (next < branches.size());
  return result;
}

}  // namespace kairo
