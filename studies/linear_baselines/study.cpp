#include "studies/study.h"

#include "studies/linear_baselines/contrast_figure.h"
#include "studies/linear_baselines/linear_inverse.h"
#include "studies/linear_baselines/linear_selector.h"

namespace kairo::linear_baselines {
namespace {

template <typename Of>
std::unique_ptr<Options> default_options() {
  return std::make_unique<Of>();
}

Record run_inverse(const Options& options, const ControlSchedule& schedule, int64_t seed) {
  return run_linear_inverse(dynamic_cast<const LinearInverseOptions&>(options), schedule, seed);
}

void check_selector(const Options& options) {
  check_sizes(dynamic_cast<const LinearSelectorOptions&>(options));
}

Record run_selector(const Options& options, const ControlSchedule& schedule, int64_t seed) {
  return run_linear_selector(dynamic_cast<const LinearSelectorOptions&>(options), schedule, seed);
}

Page contrast(const std::vector<ControlResult>& results, const std::string& experiment,
              const Metrics& run) {
  const auto& inverse = dynamic_cast<const LinearInverseOptions&>(*results.at(0).options);
  const auto& selector = dynamic_cast<const LinearSelectorOptions&>(*results.at(1).options);
  ContrastInputs inputs;
  if (results[0].record != nullptr) inputs.inverse = *results[0].record;
  if (results[1].record != nullptr) inputs.selector = *results[1].record;
  inputs.singular_values = singular_values(inverse);
  inputs.inverse_batch_size = inverse.batch_size;
  inputs.linear_share = selector.linear_share;
  inputs.experiment = experiment;
  inputs.run = run;
  return contrast_page(inputs);
}

}  // namespace

Study study() {
  Study study;
  study.name = "linear_baselines";
  study.question = "What does late learning look like where nothing but a linear map is learnt?";
  study.controls = {
      {"linear_inverse", default_options<LinearInverseOptions>, nullptr, run_inverse},
      {"linear_selector", default_options<LinearSelectorOptions>, check_selector, run_selector}};
  study.control_figure = contrast;
  return study;
}

}  // namespace kairo::linear_baselines
