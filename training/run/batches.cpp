#include "training/run/batches.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/random.h"
#include "training/run/saved_values.h"

namespace kairo {
namespace {

// Streams of one seed are shared with the data set's strings, which use small numbers.
constexpr uint64_t kOrderStream = uint64_t{1} << 32;

}  // namespace

Batches::Batches(std::vector<int64_t> examples, int64_t batch_size, uint64_t seed)
    : examples_(std::move(examples)), batch_size_(batch_size), seed_(seed) {
  if (examples_.empty()) {
    throw Error(ErrorKind::kConfig)
        .at("data.probe_fraction")
        .fact("no training examples are left")
        .hint("hold out fewer");
  }
  shuffle();
}

void Batches::shuffle() {
  Random random(seed_, kOrderStream + static_cast<uint64_t>(epoch_));
  order_ = random_permutation(random, static_cast<int64_t>(examples_.size()));
  for (int64_t& each : order_) each = examples_[each];
}

std::vector<int64_t> Batches::next() {
  const int64_t n = static_cast<int64_t>(order_.size());
  if (cursor_ == n) {
    ++epoch_;
    cursor_ = 0;
    shuffle();
  }
  const int64_t end = std::min(n, cursor_ + batch_size_);
  std::vector<int64_t> batch(order_.begin() + cursor_, order_.begin() + end);
  cursor_ = end;
  return batch;
}

int64_t Batches::batches_per_epoch() const {
  return (static_cast<int64_t>(examples_.size()) + batch_size_ - 1) / batch_size_;
}

int64_t Batches::examples_given() const {
  return epoch_ * static_cast<int64_t>(examples_.size()) + cursor_;
}

void Batches::save(TrainingState& state) const {
  state.integers["data_epoch"] = {epoch_};
  state.integers["data_cursor"] = {cursor_};
  state.integers["data_seed"] = {static_cast<int64_t>(seed_)};
  state.integers["data_examples"] = {static_cast<int64_t>(examples_.size())};
}

void Batches::restore(const TrainingState& state, const std::string& where) {
  const int64_t n = static_cast<int64_t>(examples_.size());
  const bool is_old = state.integers.count("data_order") > 0;
  const int64_t n_saved =
      is_old ? static_cast<int64_t>(saved_integers(state, "data_order", where).size())
             : saved_integer(state, "data_examples", where);
  const int64_t seed = saved_integer(state, "data_seed", where);
  const int64_t epoch = saved_integer(state, "data_epoch", where);
  const int64_t cursor = saved_integer(state, "data_cursor", where);
  const bool fits = seed == static_cast<int64_t>(seed_) && n_saved == n && epoch >= 0 &&
                    cursor >= 0 && cursor <= n;
  if (!fits) {
    throw Error(ErrorKind::kCorrupt)
        .at(where + ": training")
        .fact("this is not a place in the order of this run's training examples")
        .hint("the checkpoint belongs to another run");
  }
  epoch_ = epoch;
  cursor_ = cursor;
  shuffle();
}

}  // namespace kairo
