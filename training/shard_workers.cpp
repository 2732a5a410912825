#include "training/shard_workers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/kernels/adamw.h"
#include "core/model/batch.h"
#include "training/not_finite.h"

namespace kairo {
namespace {

int64_t loss_tokens(const Batch& batch) {
  return static_cast<int64_t>(batch.labels.size()) -
         std::count(batch.labels.begin(), batch.labels.end(), kNoLabel);
}

PassRandom random_of(const std::optional<UpdateRandom>& update, std::size_t micro_batch,
                     const std::vector<int64_t>& examples) {
  if (!update) return {};
  return {*update, static_cast<int64_t>(micro_batch), examples};
}

}  // namespace

ShardWorkers::ShardWorkers(Model& model, const Dataset& data, WorkerPool& pool, int64_t shards,
                           std::vector<ParameterView> frozen)
    : model_(model), pool_(pool), data_(data), frozen_(std::move(frozen)), losses_(shards, 0.0) {
  for (int64_t i = 0; i < shards; ++i) {
    shards_.push_back(model.shard());
    gradients_.push_back(shards_.back()->parameters().gradients());
  }
  const at::Tensor& gradients = model.parameters().gradients();
  const int64_t block = flat_block(gradients);
  squares_.resize((gradients.numel() + block - 1) / block);
}

double ShardWorkers::run_shard(int64_t shard, const Rows& rows, int64_t n_tokens,
                               const Hooks& hooks) {
  Model& model = *shards_[shard];
  model.parameters().zero_gradients();
  if (rows.tokens.inputs.size(0) == 0) return 0;
  const at::Tensor sum = token_losses(model, rows.tokens, hooks, rows.random).sum();
  (sum / static_cast<double>(n_tokens)).backward();
  return sum.item<double>();
}

double ShardWorkers::sum_of(const std::vector<at::Tensor>& parts) {
  constexpr int64_t kBlocksAtOnce = 8;
  const auto n_blocks = static_cast<int64_t>(squares_.size());
  const at::Tensor& total = model_.parameters().gradients();
  pool_.run((n_blocks + kBlocksAtOnce - 1) / kBlocksAtOnce, [&](int64_t task) {
    const int64_t end = std::min(n_blocks, (task + 1) * kBlocksAtOnce);
    for (int64_t block = task * kBlocksAtOnce; block < end; ++block) {
      squares_[block] = add_block(parts, block, total);
    }
  });
  return std::sqrt(std::accumulate(squares_.begin(), squares_.end(), 0.0));
}

ShardWorkers::Rows ShardWorkers::rows_of(int64_t shard, const Rows& batch) const {
  const int64_t n = batch.tokens.inputs.size(0), n_shards = static_cast<int64_t>(shards_.size());
  const int64_t begin = shard * n / n_shards, end = (shard + 1) * n / n_shards;
  Rows rows{batch.tokens.rows(begin, end - begin), {}};
  if (batch.random.is_given()) rows.random = batch.random.rows(begin, end - begin);
  return rows;
}

void ShardWorkers::pass(const Rows& batch, int64_t n_tokens, const ShardHooks& hooks) {
  const int64_t n_shards = static_cast<int64_t>(shards_.size());
  std::vector<Hooks> of_shard;
  for (int64_t shard = 0; shard < n_shards; ++shard) of_shard.push_back(hooks(shard));
  pool_.run(n_shards, [&](int64_t shard) {
    losses_[shard] = run_shard(shard, rows_of(shard, batch), n_tokens, of_shard[shard]);
  });
}

BatchGradient ShardWorkers::forward_backward(const std::vector<int64_t>& examples,
                                             const ShardHooks& hooks,
                                             const std::optional<UpdateRandom>& random) {
  return forward_backward(std::vector<std::vector<int64_t>>{examples}, hooks, random);
}

BatchGradient ShardWorkers::forward_backward(const std::vector<std::vector<int64_t>>& micro_batches,
                                             const ShardHooks& hooks,
                                             const std::optional<UpdateRandom>& random) {
  const at::Device device = model_.parameters().values().device();
  std::vector<Batch> batches;
  int64_t n_tokens = 0;
  for (const auto& examples : micro_batches) {
    batches.push_back(data_.batch(examples));
    n_tokens += loss_tokens(batches.back());
  }
  const at::Tensor& gradients = model_.parameters().gradients();
  BatchGradient result;
  double loss = 0;
  std::vector<at::Tensor> parts = gradients_;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    pass({labelled_tokens(batches[i]).on(device), random_of(random, i, micro_batches[i])}, n_tokens,
         hooks);
    loss = std::accumulate(losses_.begin(), losses_.end(), loss);
    result.norm = sum_of(parts);
    // The sum so far comes before the shards of the next batch.
    if (parts.size() == gradients_.size()) parts.insert(parts.begin(), gradients);
  }
  result.loss = loss / static_cast<double>(n_tokens);
  if (!frozen_.empty()) {
    for (const ParameterView& view : frozen_) view.of(gradients).zero_();
    result.norm = sum_of({gradients});
  }
  return result;
}

std::string ShardWorkers::first_not_finite(const std::vector<std::vector<int64_t>>& batches,
                                           const std::optional<UpdateRandom>& random) {
  const at::Device device = model_.parameters().values().device();
  std::string found;
  for (std::size_t i = 0; found.empty() && i < batches.size(); ++i) {
    const Batch batch = data_.batch(batches[i]);
    found = first_not_finite({labelled_tokens(batch).on(device), random_of(random, i, batches[i])},
                             loss_tokens(batch));
  }
  return found;
}

std::string ShardWorkers::first_not_finite(const Rows& batch, int64_t n_tokens) {
  std::string found;
  for (int64_t shard = 0; found.empty() && shard < static_cast<int64_t>(shards_.size()); ++shard) {
    NotFiniteWatch watch;
    run_shard(shard, rows_of(shard, batch), n_tokens, watch.hooks());
    found = watch.found();
  }
  return found;
}

}  // namespace kairo
