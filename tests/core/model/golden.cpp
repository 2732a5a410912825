#include "tests/core/model/golden.h"
#include "tests/paths.h"

#include <torch/utils.h>

#include <limits>

namespace kairo {
namespace {

std::string golden_file(const std::string& name) { return source_dir() + "/tests/golden/" + name; }

Transformer trainable(const std::string& path) {
  const Checkpoint checkpoint = read_checkpoint(path, CheckpointPart::kModelOnly);
  Transformer model(transformer_options_from_json(checkpoint.model_json, path));
  from_arrays(checkpoint.parameters, model.parameters(), model.parameters().values(), path);
  return model;
}

}  // namespace

Golden::Golden(const std::string& case_name)
    : name(case_name),
      model(trainable(golden_file(case_name + ".checkpoint.h5"))),
      expected(golden_file(case_name + ".expected.h5")) {}

at::Tensor Golden::integers(const std::string& path) const {
  return at::tensor(expected.integers(path)).reshape(expected.shape(path));
}

at::Tensor Golden::floats(const std::string& path) const {
  return at::tensor(expected.floats(path)).reshape(expected.shape(path));
}

double relative_error(const at::Tensor& got, const at::Tensor& expected) {
  constexpr double kWrong = std::numeric_limits<double>::infinity();
  if (got.sizes() != expected.sizes()) return kWrong;
  const at::Tensor finite = at::isfinite(expected);
  if (!at::equal(at::isfinite(got), finite)) return kWrong;
  const at::Tensor a = got.detach().to(at::kDouble).masked_select(finite);
  const at::Tensor b = expected.detach().to(at::kDouble).masked_select(finite);
  return ((a - b).norm() / (b.norm() + 1e-30)).item<double>();
}

Transformer in_double(const Transformer& model) {
  TransformerOptions options = model.options();
  options.dtype = ModelDtype::kFloat64;
  Transformer twice(options);
  const torch::NoGradGuard no_grad;
  twice.parameters().values().copy_(model.parameters().values());
  return twice;
}

}  // namespace kairo
