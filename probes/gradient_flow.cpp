#include "probes/gradient_flow.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/circuits/gradient_flow.h"
#include "core/circuits/parameter_norms.h"
#include "core/model/batch.h"
#include "core/model/loss.h"
#include "probes/quantities.h"
#include "probes/self_check.h"

namespace kairo {
namespace {

constexpr int64_t kCheckedExamples = 4;
constexpr double kFlowTolerance = 1e-4;  // float32, one order of adding or another

// The loss that was descended against that of the data set's own tokens, by a pass without a graph.
void check_losses(const Model& model, const ProbeInputs& inputs, const GradientFlow& flow) {
  const int64_t n = std::min(kCheckedExamples, inputs.n());
  const std::vector<int64_t> first(inputs.examples.begin(), inputs.examples.begin() + n);
  const at::Device device = inputs.inputs.device();
  const LabelledTokens tokens = labelled_tokens(inputs.dataset().batch(first)).on(device);
  const at::Tensor counts = tokens.labels.ne(kNoLabel).sum(1);
  const at::Tensor losses = token_losses(model, tokens).to(at::kDouble).sum(1) / counts;
  check_agreement("gradient_flow", "losses of the first examples are those of a pass of their own",
                  flow.losses.narrow(0, 0, n), losses.to(at::kCPU), kFlowTolerance);
}

// Relative to W_E's gradient, which is small where the loss is.
void check_embedding(const Model& model, const GradientFlow& flow) {
  const at::Tensor own = model.parameters().view("embed.W_E").of(flow.gradient).to(at::kDouble);
  const double largest = own.abs().max().item<double>();
  const double scale = largest > 0 ? largest : 1;  // NaN stays NaN below
  check_agreement("gradient_flow", "the gradient at hook_embed adds up to W_E's",
                  flow.by_token / scale, own / scale, kFlowTolerance);
}

// Segments share no position and leave none out. In units of the largest whole.
void check_segments(const at::Tensor& norms, const at::Tensor& whole) {
  const double largest = whole.max().item<double>();
  const double unit = largest > 0 ? largest : 1;  // NaN stays NaN below
  check_agreement("gradient_flow", "an example's squares over the segments sum to the whole's",
                  (norms / unit).square().sum(1), (whole / unit).square(), kFlowTolerance);
}

std::vector<Quantity> parameter_quantities(const Model& model, const GradientFlow& flow,
                                           int64_t n) {
  const FlatParameters& layout = model.parameters();
  const std::vector<double> norms = parameter_norms(layout, flow.gradient);
  return {
      without_error({"parameter_gradient",
                     "norm of the gradient of the mean loss with respect to the parameter", "nats"},
                    {named_axis("parameter", parameter_names(layout))}, norms, n),
      without_error(
          {"total_gradient",
           "norm of the gradient of the mean loss with respect to all parameters as one vector",
           "nats"},
          {}, std::vector<double>{total_norm(norms)}, n)};
}

void add_embedding_quantities(const GradientFlow& flow, const Dataset& data,
                              std::vector<Quantity>& quantities) {
  const std::vector<std::string> names = segment_names(data);
  const Axis segments = named_axis("segment", names);
  const at::Tensor norms = segment_norms(flow.embedding_squares, data);
  const at::Tensor whole = flow.embedding_squares.sum(1).sqrt();
  check_segments(norms, whole);
  const at::Tensor share = norms.square() / whole.square().unsqueeze(1);
  quantities.push_back(per_example(
      {"embedding_gradient",
       "norm of the gradient of the example's loss at hook_embed over the segment's positions",
       "nats"},
      {segments}, norms));
  quantities.push_back(per_example(
      {"embedding_gradient_whole",
       "norm of the gradient of the example's loss at hook_embed over all positions", "nats"},
      {}, whole));
  quantities.push_back(
      per_example({"segment_share", "square of embedding_gradient over that of the whole", "1"},
                  {segments}, share));
  if (data.alternatives() == nullptr) return;
  const std::string part = data.alternatives()->part();
  const auto segment = std::find(names.begin(), names.end(), part) - names.begin();
  quantities.push_back(per_example({part + "_share",
                                    "square of embedding_gradient over the " + part + " " +
                                        data.alternatives()->letter() + " over that of the whole",
                                    "1", Timing::kShare},
                                   {}, share.select(1, segment)));
}

}  // namespace

std::vector<std::string> GradientFlowProbe::notes(const ProbeInputs&, const ModelOptions&) const {
  return {
      "parameter_gradient and total_gradient are norms of a mean over examples, not means over "
      "examples: they have no standard error."};
}

std::vector<Quantity> GradientFlowProbe::measure(const Model& model,
                                                 const ProbeInputs& inputs) const {
  const GradientFlow flow = gradient_flow(model, labelled_tokens(inputs.inputs, inputs.labels));
  check_losses(model, inputs, flow);
  check_embedding(model, flow);
  std::vector<Quantity> quantities = parameter_quantities(model, flow, inputs.n());
  add_embedding_quantities(flow, inputs.dataset(), quantities);
  return quantities;
}

}  // namespace kairo
