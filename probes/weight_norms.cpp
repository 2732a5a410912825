#include "probes/weight_norms.h"

#include <ATen/ATen.h>

#include <limits>

#include "core/base/error.h"
#include "core/circuits/parameter_norms.h"
#include "probes/quantities.h"
#include "probes/self_check.h"

namespace kairo {
namespace {

constexpr double kNormsTolerance = 1e-9;  // one order of adding in double or another

at::Tensor in_double(const FlatParameters& parameters) {
  return parameters.values().to(at::kCPU, at::kDouble);
}

void check_start(const FlatParameters& now, const FlatParameters& start) {
  if (parameter_names(now) == parameter_names(start) &&
      now.values().numel() == start.values().numel()) {
    return;
  }
  throw Error(ErrorKind::kShape)
      .at("weight_norms")
      .fact("the first checkpoint has other parameters")
      .hint("are all checkpoints of one run?");
}

void check_total(const at::Tensor& flat, double total) {
  const at::Tensor whole = flat.norm();
  check_agreement("weight_norms", "the parameters' squares sum to the whole buffer's",
                  at::full_like(whole, total) / whole.clamp_min(1), whole / whole.clamp_min(1),
                  kNormsTolerance);
}

// Norms of all parameters as one vector.
struct Totals {
  double now = 0;
  double start = 0;
  double distance = 0;
};

// |W - W_0|^2 = |W|^2 + |W_0|^2 - 2 W W_0, in units of the first two terms.
void check_distance(const at::Tensor& now, const at::Tensor& start, const Totals& totals) {
  const double squares = totals.now * totals.now + totals.start * totals.start;
  const double unit = squares > 0 ? squares : 1;
  const at::Tensor expected = (squares - 2 * now.dot(start)) / unit;
  check_agreement("weight_norms", "the square of the distance fits the law of cosines",
                  at::full_like(expected, totals.distance * totals.distance / unit), expected,
                  kNormsTolerance);
}

double ratio(double distance, double of) {
  return of > 0 ? distance / of : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> ratios(const std::vector<double>& distances, const std::vector<double>& of) {
  std::vector<double> all;
  for (std::size_t i = 0; i < distances.size(); ++i) all.push_back(ratio(distances[i], of[i]));
  return all;
}

}  // namespace

std::vector<std::string> WeightNormsProbe::notes(const ProbeInputs& inputs,
                                                 const ModelOptions&) const {
  return {"Distances are from the checkpoint of step " + std::to_string(inputs.start->step) +
          " (content hash " + inputs.start->checkpoint_hash.substr(0, 12) + ")."};
}

std::vector<Quantity> WeightNormsProbe::measure(const Model& model,
                                                const ProbeInputs& inputs) const {
  const FlatParameters& layout = model.parameters();
  check_parameters_finite(name(), model);
  check_start(layout, inputs.start->model->parameters());
  const at::Tensor now = in_double(layout), start = in_double(inputs.start->model->parameters());
  const std::vector<double> norms = parameter_norms(layout, now);
  const std::vector<double> distances = parameter_norms(layout, now - start);
  const std::vector<double> begun = parameter_norms(layout, start);
  const Totals totals = {total_norm(norms), total_norm(begun), total_norm(distances)};
  check_total(now, totals.now);
  check_distance(now, start, totals);
  const std::vector<Axis> axes = {named_axis("parameter", parameter_names(layout))};
  return {
      without_error({"norm", "Frobenius norm of the parameter", "1"}, axes, norms),
      without_error({"distance", "norm of the parameter minus the parameter at the start", "1"},
                    axes, distances),
      without_error(
          {"relative_distance",
           "distance over the parameter's norm at the start; undefined where that is 0", "1"},
          axes, ratios(distances, begun)),
      without_error({"total_norm", "norm of all parameters as one vector", "1"}, {},
                    std::vector<double>{totals.now}),
      without_error(
          {"total_distance", "distance from the start of all parameters as one vector", "1"}, {},
          std::vector<double>{totals.distance}),
      without_error({"total_relative_distance",
                     "distance from the start of all parameters over their norm at the start", "1",
                     Timing::kUnbounded},
                    {}, std::vector<double>{ratio(totals.distance, totals.start)}),
  };
}

}  // namespace kairo
