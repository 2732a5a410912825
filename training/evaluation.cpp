#include "training/evaluation.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/random.h"
#include "core/model/batch.h"

namespace kairo {
namespace {

constexpr uint64_t kEvaluationStream = uint64_t{2} << 32;
constexpr int64_t kChunk = 64;  // examples a task of the pool

bool has_target(const Dataset& data) {
  if (data.spans() == nullptr) return false;
  const std::vector<std::string> names = data.spans()->names();
  return std::find(names.begin(), names.end(), "target") != names.end();
}

}  // namespace

Evaluator::Evaluator(const Dataset& data, int64_t n_examples, uint64_t seed, WorkerPool& pool)
    : data_(data), pool_(pool) {
  Random random(seed, kEvaluationStream);
  train_ = draw(Split::kTrain, n_examples, random.next());
  if (!data.examples_of(Split::kHeldOut).empty()) {
    held_out_ = draw(Split::kHeldOut, n_examples, random.next());
  }
}

Evaluator::Set Evaluator::draw(Split split, int64_t n_examples, uint64_t seed) const {
  Set set;
  set.examples = draw_examples(data_, split, n_examples, seed);
  set.inputs = inputs_of(data_, set.examples);
  if (has_alternatives(data_)) {
    set.swapped = inputs_of(data_, draw_alternatives(data_, set.examples, seed));
  }
  return set;
}

TargetMeasures Evaluator::measure(const Model& model, const Set& set,
                                  const at::Tensor& inputs) const {
  const int64_t n = static_cast<int64_t>(set.examples.size());
  std::vector<TargetMeasures> measured(n);
  pool_.run((n + kChunk - 1) / kChunk, [&](int64_t chunk) {
    const int64_t begin = chunk * kChunk, end = std::min(n, begin + kChunk);
    const std::vector<int64_t> examples(set.examples.begin() + begin, set.examples.begin() + end);
    const auto part = measure_targets(model, inputs.narrow(0, begin, end - begin), data_, examples);
    std::copy(part.begin(), part.end(), measured.begin() + begin);
  });
  return mean_of(measured);
}

SetEvaluation Evaluator::evaluate(const Model& model, const Set& set) const {
  SetEvaluation result;
  result.mean = measure(model, set, set.inputs);
  if (set.swapped.defined()) {
    result.shuffle_gap =
        measure(model, set, set.swapped).first_target_loss - result.mean.first_target_loss;
  }
  return result;
}

Evaluation Evaluator::evaluate(const Model& model) const {
  Evaluation evaluation;
  evaluation.train = evaluate(model, train_);
  if (held_out_) evaluation.held_out = evaluate(model, *held_out_);
  return evaluation;
}

void Evaluator::add_fields(const std::string& prefix, const SetEvaluation& set,
                           std::vector<std::pair<std::string, double>>& fields) const {
  const bool whole = has_target(data_);
  fields.emplace_back(prefix + "loss", set.mean.loss);
  if (whole) fields.emplace_back(prefix + "first_target_loss", set.mean.first_target_loss);
  fields.emplace_back(prefix + "accuracy", set.mean.accuracy);
  if (whole) fields.emplace_back(prefix + "exact_match", set.mean.exact_match);
  if (!set.shuffle_gap) return;
  fields.emplace_back(prefix + data_.alternatives()->letter() + "_shuffle_gap", *set.shuffle_gap);
}

std::vector<std::pair<std::string, double>> Evaluator::fields(const Evaluation& evaluation) const {
  std::vector<std::pair<std::string, double>> fields;
  add_fields("", evaluation.train, fields);
  if (evaluation.held_out) add_fields("held_out_", *evaluation.held_out, fields);
  return fields;
}

std::vector<std::string> Evaluator::shown(const Evaluation& evaluation) const {
  const SetEvaluation& train = evaluation.train;
  std::vector<std::string> values = {fmt::format("loss {:.4f}", train.mean.loss),
                                     fmt::format("accuracy {:.3f}", train.mean.accuracy)};
  if (train.shuffle_gap) {
    values.push_back(
        fmt::format("{} gap {:.2f}", data_.alternatives()->letter(), *train.shuffle_gap));
  }
  return values;
}

}  // namespace kairo
