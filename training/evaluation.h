// What a model can do at one step, on examples of its own.
//
// A fixed set of training.eval_examples training examples (and as many held-out ones where there
// are any), drawn once with a stream of its own from experiment.seed: the same at every step and in
// a resumed run. Runs its own pass without a graph and changes nothing: a run's parameters are
// equal to the byte for any spacing of evaluations. Cut into fixed chunks, so that the numbers are
// equal to the bit for any number of threads.
//
// loss, first_target_loss, accuracy, exact_match: core/data/target_measures.h, means over examples;
// the second and the fourth only if the task has a span "target".
// <letter>_shuffle_gap (z_shuffle_gap): first_target_loss with the part that can be replaced set to
// another value minus the clean one, nats; only if there is another value.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/data/dataset.h"
#include "core/kernels/worker_pool.h"
#include "core/model/model.h"
#include "core/model/target_measures.h"

namespace kairo {

struct SetEvaluation {
  TargetMeasures mean;
  std::optional<double> shuffle_gap;
};

struct Evaluation {
  SetEvaluation train;
  std::optional<SetEvaluation> held_out;
};

class Evaluator {
 public:
  // Data and pool must outlive this.
  Evaluator(const Dataset& data, int64_t n_examples, uint64_t seed, WorkerPool& pool);

  Evaluation evaluate(const Model& model) const;

  // By the names of metrics.jsonl; those of held-out examples begin with "held_out_".
  std::vector<std::pair<std::string, double>> fields(const Evaluation& evaluation) const;
  // For the progress line: "loss 0.4100", "accuracy 0.900", "z gap 1.20".
  std::vector<std::string> shown(const Evaluation& evaluation) const;

  // The training examples that are looked at, ascending.
  const std::vector<int64_t>& training_examples() const { return train_.examples; }

 private:
  struct Set {
    std::vector<int64_t> examples;
    at::Tensor inputs;   // [example, pos]
    at::Tensor swapped;  // the same with another value of a part; undefined if there is none
  };

  Set draw(Split split, int64_t n_examples, uint64_t seed) const;
  TargetMeasures measure(const Model& model, const Set& set, const at::Tensor& inputs) const;
  SetEvaluation evaluate(const Model& model, const Set& set) const;
  void add_fields(const std::string& prefix, const SetEvaluation& set,
                  std::vector<std::pair<std::string, double>>& fields) const;

  const Dataset& data_;
  WorkerPool& pool_;
  Set train_;
  std::optional<Set> held_out_;
};

}  // namespace kairo
