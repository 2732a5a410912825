#include "training/cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/model/batch.h"
#include "core/model/families.h"
#include "training/optim/frozen.h"
#include "training/optim/optimizer.h"
#include "training/run/checkpoint_plan.h"

namespace kairo {
namespace {

// Forward products of the first example at full length, attention with every key.
double flop_per_example(const ModelOptions& model, const Dataset& data) {
  return family_of(model).forward_flop(model,
                                       {1, data.info().n_pos, labelled_positions(data.batch({0}))});
}

int64_t bytes_of_a_number(ModelDtype dtype) {
  return dtype == ModelDtype::kFloat64 ? sizeof(double) : sizeof(float);
}

std::string megabytes(int64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

}  // namespace

TrainingCost cost_of(const RunOptions& options, const Dataset& data) {
  constexpr double kBackwardAndForward = 3;
  const ParameterLayout layout = family_of(*options.model).layout(*options.model);
  const int64_t n_train = static_cast<int64_t>(data.examples_of(Split::kTrain).size());
  const CheckpointPlan plan(options.training);
  TrainingCost cost;
  cost.parameters = layout.count();
  cost.parameter_bytes = layout.total() * bytes_of_a_number(options.model->dtype);
  cost.gradient_bytes = cost.parameter_bytes * (1 + options.training.shards);
  for (const ParameterView& view : frozen_parameters(options.training.frozen, layout)) {
    cost.frozen += std::accumulate(view.shape.begin(), view.shape.end(), int64_t{1},
                                   std::multiplies<int64_t>());
  }
  const int64_t of_optimizer = state_numbers(options, layout);
  cost.optimizer_bytes = of_optimizer * bytes_of_a_number(options.model->dtype);
  cost.dataset_bytes = data.info().memory_bytes;
  const int64_t numbers_bytes = cost.parameters * static_cast<int64_t>(sizeof(float));
  const int64_t state_bytes = of_optimizer * static_cast<int64_t>(sizeof(float));
  cost.checkpoint_bytes = numbers_bytes + state_bytes;
  for (const int64_t step : plan.steps()) {
    ++cost.n_checkpoints;
    cost.all_checkpoint_bytes += numbers_bytes + (plan.can_resume(step) ? state_bytes : 0);
  }
  const int64_t batch = std::min(n_train, options.training.batch_size);
  cost.batches_per_epoch = (n_train + batch - 1) / batch;
  cost.flop_per_step = kBackwardAndForward *
                       static_cast<double>(batch * options.training.accumulate) *
                       flop_per_example(*options.model, data);
  return cost;
}

std::string to_text(const TrainingCost& cost) {
  const std::string frozen = cost.frozen == 0 ? "" : fmt::format(", {} frozen", cost.frozen);
  return fmt::format("parameters    {} ({}){}\n", cost.parameters, megabytes(cost.parameter_bytes),
                     frozen) +
         fmt::format("gradients     {}\n", megabytes(cost.gradient_bytes)) +
         fmt::format("optimiser     {}\n", megabytes(cost.optimizer_bytes)) +
         fmt::format("dataset       {}\n", megabytes(cost.dataset_bytes)) +
         fmt::format("checkpoint    {} on disk; {} in all: {}\n", megabytes(cost.checkpoint_bytes),
                     cost.n_checkpoints, megabytes(cost.all_checkpoint_bytes)) +
         fmt::format("update        {:.3f} GFLOP in matrix products\n", cost.flop_per_step / 1e9) +
         fmt::format("epoch         {} batches\n", cost.batches_per_epoch);
}

}  // namespace kairo
