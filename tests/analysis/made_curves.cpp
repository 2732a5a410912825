#include "tests/analysis/made_curves.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/random.h"

namespace kairo::made {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

int64_t size_of(const Quantity& quantity) {
  int64_t n = 1;
  for (const Axis& each : quantity.axes) n *= static_cast<int64_t>(each.values.size());
  return n;
}

void summarize_element(SeriesQuantity& q, int64_t step, int64_t i, int64_t size) {
  double sum = 0, squares = 0;
  int64_t n = 0;
  for (int64_t e = 0; e < q.per_example_rows; ++e) {
    const double x = q.per_example[(step * q.per_example_rows + e) * size + i];
    if (std::isnan(x)) continue;
    sum += x;
    squares += x * x;
    ++n;
  }
  const double mean = n > 0 ? sum / n : kNaN;
  q.mean[step * size + i] = mean;
  q.standard_error[step * size + i] =
      n > 1 ? std::sqrt(std::max(0.0, squares / n - mean * mean) / (n - 1)) : kNaN;
  q.n_examples[step] = n;
}

}  // namespace

Curves::Curves(const RunOptions& options) : options_(options) {
  for (int64_t s = 0; s < options.n_steps; ++s) steps_.push_back(s * options.spacing);
  for (int64_t e = 0; e < options.n_examples; ++e) {
    Random random(options.seed, e);
    Example example;
    example.delay = options.delay * random.normal();
    example.scale = std::max(0.2, 1 + 0.15 * random.normal());
    example.same_first = e % 10 == 9;
    examples_.push_back(example);
  }
}

double Curves::base_learnt(int64_t step) const { return sigmoid((step - 400) / 100.0); }

double Curves::selector_learnt(int64_t step, const Example& e) const {
  if (options_.task != Task::kBzToA) return 0;
  return sigmoid((step - options_.transition_step - e.delay) / options_.width);
}

double Curves::ambiguity(int64_t step, const Example& e) const {
  const double alone = options_.task == Task::kOneSelector ? 0 : std::log(10.0);
  return (alone * (1 - selector_learnt(step, e)) + 0.01) * e.scale;
}

double Curves::first_target_loss(int64_t step, const Example& e) const {
  const double known = base_learnt(step);
  return std::log(36.0) * (1 - known) + known * ambiguity(step, e);
}

Record Curves::record(const std::string& probe) const {
  Record result;
  result.key.probe = probe;
  result.key.label = "default";
  result.key.settings = R"({"n_examples":)" + std::to_string(options_.n_examples) + "}";
  result.key.dataset_hash = std::string(64, 'd');
  result.key.code_version = "0.1.0";
  result.key.seed = 1;
  result.key.n_examples = options_.n_examples;
  result.steps = steps_;
  result.checkpoint_hashes.assign(steps_.size(), std::string(64, 'c'));
  result.kernels.assign(steps_.size(), "AVX2");
  return result;
}

SeriesQuantity Curves::quantity(Quantity about, const Value& value) const {
  SeriesQuantity q;
  const int64_t size = size_of(about);
  q.about = std::move(about);
  q.per_example_rows = options_.n_examples;
  q.per_example.reserve(steps_.size() * examples_.size() * size);
  for (int64_t step : steps_) {
    for (const Example& e : examples_) {
      for (int64_t i = 0; i < size; ++i) {
        q.per_example.push_back(static_cast<float>(value(step, e, i)));
      }
    }
  }
  summarize_series(q, static_cast<int64_t>(steps_.size()));
  return q;
}

double Curves::mean_over_examples(const std::function<double(const Example&)>& value) const {
  double sum = 0;
  for (const Example& e : examples_) sum += value(e);
  return sum / static_cast<double>(examples_.size());
}

Axis axis(const std::string& name, int64_t begin, int64_t end) {
  Axis result{name, {}};
  for (int64_t i = begin; i < end; ++i) result.values.push_back(i);
  return result;
}

Quantity about(const std::string& name, const std::string& units, std::vector<Axis> axes) {
  Quantity result;
  result.name = name;
  result.definition = "Made " + name + ".";
  result.units = units;
  result.axes = std::move(axes);
  return result;
}

void summarize_series(SeriesQuantity& q, int64_t n_steps) {
  const int64_t size = size_of(q.about);
  q.mean.resize(n_steps * size);
  q.standard_error.resize(n_steps * size);
  q.n_examples.resize(n_steps);
  for (int64_t s = 0; s < n_steps; ++s) {
    for (int64_t i = 0; i < size; ++i) summarize_element(q, s, i, size);
  }
}

}  // namespace kairo::made
