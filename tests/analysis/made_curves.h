// The closed formulas behind a made run, and records built from them (see made_run.h).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/analysis/made_run.h"

namespace kairo::made {

struct Example {
  double delay = 0;         // steps after transition_step
  double scale = 1;         // how strongly it shows what it shows
  bool same_first = false;  // the other selector's answer begins alike: no pair
};

constexpr int64_t kQuery = 10;  // q: BOS B1-B6 SEP z1 z2 SEP | A1 …
constexpr int64_t kPositions = 16;
constexpr int64_t kSelectorBegin = 8;
constexpr int64_t kSelectorEnd = 10;

class Curves {
 public:
  // A quantity's value: (step, example, flat index into the axes).
  using Value = std::function<double(int64_t, const Example&, int64_t)>;

  explicit Curves(const RunOptions& options);

  const RunOptions& options() const { return options_; }
  const std::vector<int64_t>& steps() const { return steps_; }
  double base_learnt(int64_t step) const;                          // 0 … 1
  double selector_learnt(int64_t step, const Example& e) const;    // 0 … 1
  double ambiguity(int64_t step, const Example& e) const;          // nats left on the first token
  double first_target_loss(int64_t step, const Example& e) const;  // nats

  Record record(const std::string& probe) const;  // without quantities
  SeriesQuantity quantity(Quantity about, const Value& value) const;
  double mean_over_examples(const std::function<double(const Example&)>& value) const;

 private:
  RunOptions options_;
  std::vector<int64_t> steps_;
  std::vector<Example> examples_;
};

Axis axis(const std::string& name, int64_t begin, int64_t end);
Quantity about(const std::string& name, const std::string& units, std::vector<Axis> axes = {});
// Fills mean, standard error and n from per_example, NaNs left out.
void summarize_series(SeriesQuantity& quantity, int64_t n_steps);

Record performance(const Curves& curves);
Record attention_to_z(const Curves& curves);
Record logit_lens(const Curves& curves);
Record causal_patching(const Curves& curves);
Record z_shuffle(const Curves& curves);
Record candidates(const Curves& curves);

}  // namespace kairo::made
