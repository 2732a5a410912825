#include "programs/activations_output.h"

#include <numeric>

#include "core/base/version.h"
#include "core/config/processing_options.h"

namespace kairo {
namespace {

bool is_position(const std::string& axis) { return axis == "pos" || axis == "query_pos"; }

// A point's axes, with the heads where split inputs gave a norm one for each.
std::vector<std::string> axes_of_value(const HookPoint& point, int64_t rank) {
  std::vector<std::string> axes = point.axes;
  if (rank == static_cast<int64_t>(axes.size()) + 1) axes.insert(axes.begin() + 2, "head");
  return axes;
}

}  // namespace

std::size_t output_bytes(const Model& model, const ActivationsRequest& request,
                         const at::Tensor& tokens, std::size_t kept) {
  const auto n_tokens = static_cast<std::size_t>(tokens.numel());
  const std::size_t width = model.parameters().values().element_size();
  const auto d_vocab = static_cast<std::size_t>(model.options().d_vocab);
  const std::size_t further = n_tokens * (sizeof(int64_t) + width + width * d_vocab);
  const auto n_parameters = static_cast<std::size_t>(model.parameters().layout().count());
  return kept + further + (request.gradients ? n_parameters * width : 0);
}

ActivationsOutput::ActivationsOutput(const at::Tensor& tokens,
                                     const std::vector<int64_t>& positions)
    : kept_(positions) {
  for (int64_t& each : kept_) {
    if (each < 0) each += tokens.size(1);
  }
}

void ActivationsOutput::origin(const ActivationsRequest& request, const Checkpoint& checkpoint,
                               const std::vector<Intervention>& interventions) {
  file_.attribute("/", "version", version());
  file_.attribute("/", "checkpoint", request.checkpoint);
  file_.attribute("/", "checkpoint_hash", checkpoint.content_hash);
  file_.attribute("/", "step", checkpoint.step);
  file_.attribute("/", "experiment", checkpoint.experiment);
  const bool from_texts = request.tokens.empty();
  file_.attribute("/", "tokens_from", from_texts ? request.tokenizer : request.tokens);
  std::string donors;
  for (const std::string& each : request.donors) donors += (donors.empty() ? "" : "\n") + each;
  file_.attribute("/", "donors", donors);
  file_.attribute("/", "processing", to_json(request.processing));
  file_.attribute("/", "interventions", to_yaml(interventions));
}

void ActivationsOutput::input(const ActivationsInput& input) {
  const std::vector<int64_t> shape = input.tokens.sizes().vec();
  file_.array("/tokens", shape, input.tokens.data_ptr<int64_t>());
  name_axes("/tokens", shape, {"batch", "pos"}, false);
  if (input.texts.empty()) return;
  file_.texts("/texts", input.texts);
  name_axes("/texts", {shape[0]}, {"batch"}, false);
  file_.texts("/token_texts", shape, input.token_texts);
  name_axes("/token_texts", shape, {"batch", "pos"}, false);
}

void ActivationsOutput::logits(const at::Tensor& logits, const at::Tensor& loss_per_token) {
  tensor("/logits", logits);
  name_axes("/logits", logits.sizes().vec(), {"batch", "pos", "d_vocab"}, false);
  tensor("/loss_per_token", loss_per_token);
  name_axes("/loss_per_token", loss_per_token.sizes().vec(), {"batch", "predicting_pos"}, false);
}

void ActivationsOutput::cache(const std::string& group, const ActivationCache& cache,
                              const HookTable& table) {
  for (const HookPoint& point : table.points()) {
    if (!cache.has(point.name)) continue;
    const std::string path = group + "/" + point.name;
    const std::vector<int64_t> shape = cache[point.name].sizes().vec();
    tensor(path, cache[point.name]);
    name_axes(path, shape, axes_of_value(point, static_cast<int64_t>(shape.size())), true);
  }
}

void ActivationsOutput::parameter_gradients(const FlatParameters& parameters) {
  for (const ParameterView& view : parameters.views()) {
    tensor("/parameter_gradients/" + view.name, view.of(parameters.gradients()));
  }
}

void ActivationsOutput::tensor(const std::string& path, const at::Tensor& tensor) {
  const at::Tensor values = tensor.detach().to(at::kCPU).contiguous();
  if (values.scalar_type() == at::kDouble) {
    file_.array(path, values.sizes().vec(), values.data_ptr<double>());
  } else {
    file_.array(path, values.sizes().vec(), values.data_ptr<float>());
  }
}

void ActivationsOutput::name_axes(const std::string& path, const std::vector<int64_t>& shape,
                                  const std::vector<std::string>& axes, bool kept) {
  for (std::size_t i = 0; i < axes.size() && i < shape.size(); ++i) {
    const int axis = static_cast<int>(i);
    if (shape[i] > 0) file_.attach_scale(path, axis, scale(axes[i], shape[i], kept));
    file_.dimension_label(path, axis, axes[i]);
  }
}

std::string ActivationsOutput::scale(const std::string& axis, int64_t length, bool kept) {
  const bool is_kept = kept && !kept_.empty() && is_position(axis);
  const std::string name = is_kept ? "kept_" + axis : axis;
  if (scales_.emplace(name, length).second) {
    std::vector<int64_t> values(static_cast<std::size_t>(length));
    std::iota(values.begin(), values.end(), 0);
    file_.array("/" + name, {length}, is_kept ? kept_.data() : values.data());
    file_.dimension_scale("/" + name, name);
  }
  return "/" + name;
}

}  // namespace kairo
