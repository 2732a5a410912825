#include "training/learner.h"

#include <cmath>

#include "core/base/error.h"
#include "core/model/checkpoint_io.h"
#include "core/model/families.h"
#include "training/not_finite.h"
#include "training/optim/schedule.h"

namespace kairo {
namespace {

std::unique_ptr<Model> initialized_model(const ModelOptions& options, at::Device device) {
  std::unique_ptr<Model> model = make_model(options, device);
  model->initialize();
  return model;
}

}  // namespace

Learner::Learner(const RunOptions& options, const Dataset& data, WorkerPool& pool,
                 at::Device device)
    : options_(options.training),
      seed_(static_cast<uint64_t>(options.experiment.seed)),
      pool_(pool),
      model_(initialized_model(*seeded_model(options), device)),
      batches_(data.examples_of(Split::kTrain), options.training.batch_size, seed_),
      optimizer_(make_optimizer(
          {options, model_->parameters().layout(), model_->parameters().values().options()})),
      frozen_(frozen_parameters(options.training.frozen, model_->parameters().layout())),
      frozen_values_(frozen_, model_->parameters().values()),
      workers_(*model_, data, pool, options.training.shards, frozen_) {}

std::string Learner::find_anomaly() { return workers_.first_not_finite(batch_, random()); }

UpdateReport Learner::update(const ShardHooks& hooks) {
  UpdateReport report;
  report.step = step() + 1;
  batch_.clear();
  for (int64_t i = 0; i < options_.accumulate; ++i) batch_.push_back(batches_.next());
  const BatchGradient gradient = workers_.forward_backward(batch_, hooks, random());
  report.loss = gradient.loss;
  report.grad_norm = gradient.norm;
  report.learning_rate = learning_rate_at(report.step, options_);
  report.applied = std::isfinite(report.loss) && std::isfinite(report.grad_norm);
  if (!report.applied) {
    report.not_finite = first_bad_gradient(model_->parameters());
    return report;
  }
  const bool clips = options_.clip_norm > 0 && report.grad_norm > options_.clip_norm;
  const double scale = clips ? options_.clip_norm / report.grad_norm : 1;
  FlatParameters& parameters = model_->parameters();
  optimizer_->step({report.step, report.learning_rate, report.loss, scale, &pool_},
                   parameters.layout(), parameters.gradients(), parameters.values());
  frozen_values_.put_back(parameters.values());
  ++step_;
  return report;
}

void Learner::begin_with(const std::vector<NamedArray>& parameters, const std::string& where) {
  from_arrays(parameters, model_->parameters(), model_->parameters().values(), where);
  frozen_values_ = FrozenValues(frozen_, model_->parameters().values());
}

void Learner::copy_to(LearnerSnapshot& snapshot, bool with_optimizer) const {
  snapshot.step = step();
  copy_into(snapshot.parameters, model_->parameters().values());
  snapshot.has_optimizer = with_optimizer;
  if (with_optimizer) kairo::copy_to(*optimizer_, step_, snapshot.optimizer);
  batches_.save(snapshot.training);
}

Checkpoint Learner::to_checkpoint(const LearnerSnapshot& snapshot) const {
  Checkpoint checkpoint;
  checkpoint.step = snapshot.step;
  checkpoint.model_json = to_json(model_->options());
  checkpoint.parameters = to_arrays(model_->parameters(), snapshot.parameters);
  checkpoint.has_optimizer = snapshot.has_optimizer;
  if (snapshot.has_optimizer) {
    checkpoint.optimizer = to_saved(snapshot.optimizer, model_->parameters());
  }
  checkpoint.has_training = true;
  checkpoint.training = snapshot.training;
  return checkpoint;
}

void Learner::restore(const Checkpoint& checkpoint, const std::string& where) {
  if (model_->options().dtype != ModelDtype::kFloat32) {
    throw Error(ErrorKind::kConfig)
        .at(where)
        .fact(
            "model.dtype is float64, but checkpoints hold float32, so a resumed run would not be "
            "exact")
        .hint("train again with --overwrite");
  }
  if (!checkpoint.has_optimizer || !checkpoint.has_training) {
    throw Error(ErrorKind::kCorrupt)
        .at(where)
        .fact("this checkpoint holds the model alone, without optimiser and training state")
        .hint("resume from another step");
  }
  if (checkpoint.optimizer.step != checkpoint.step) {
    throw Error(ErrorKind::kCorrupt)
        .at(where + ": optimizer")
        .fact("the optimiser's state is of step " + std::to_string(checkpoint.optimizer.step) +
              ", the checkpoint of step " + std::to_string(checkpoint.step))
        .hint("resume from another checkpoint");
  }
  from_arrays(checkpoint.parameters, model_->parameters(), model_->parameters().values(), where);
  kairo::restore(checkpoint.optimizer, model_->parameters(), where, *optimizer_);
  batches_.restore(checkpoint.training, where);
  frozen_values_ = FrozenValues(frozen_, model_->parameters().values());
  step_ = checkpoint.step;
}

}  // namespace kairo
