#include "core/model/target_measures.h"

#include <torch/utils.h>

#include <algorithm>

#include "core/base/error.h"

namespace kairo {
namespace {

// Rows run at once: a longer batch leaves the cache and gains nothing.
constexpr int64_t kChunk = 256;

}  // namespace

std::vector<TargetMeasures> measure_targets(const Model& model, const at::Tensor& inputs,
                                            const Dataset& data,
                                            const std::vector<int64_t>& examples) {
  const int64_t n = static_cast<int64_t>(examples.size());
  if (inputs.dim() != 2 || inputs.size(0) != n) {
    throw Error(ErrorKind::kShape)
        .at("inputs of measure_targets")
        .expected(std::to_string(n) + " rows")
        .came(std::to_string(inputs.dim() == 2 ? inputs.size(0) : 0));
  }
  const torch::NoGradGuard no_grad;
  const at::Device device = model.parameters().values().device();
  std::vector<TargetMeasures> all;
  for (int64_t begin = 0; begin < n; begin += kChunk) {
    const int64_t end = std::min(n, begin + kChunk);
    const std::vector<int64_t> chunk(examples.begin() + begin, examples.begin() + end);
    const Batch batch = data.batch(chunk);
    ForwardOptions forward;
    forward.positions = labelled_positions(batch);
    const at::Tensor tokens =
        inputs.narrow(0, begin, end - begin).narrow(1, 0, batch.n_pos).to(device);
    const at::Tensor logits =
        model.forward(tokens, {}, forward).to(at::kCPU, at::kFloat).contiguous();
    const std::vector<TargetMeasures> measured =
        measure_targets(data, chunk, batch, {logits.data_ptr<float>(), logits.size(-1)});
    all.insert(all.end(), measured.begin(), measured.end());
  }
  return all;
}

TargetMeasures mean_of(const std::vector<TargetMeasures>& measures) {
  TargetMeasures sum;
  for (const TargetMeasures& each : measures) {
    sum.loss += each.loss;
    sum.first_target_loss += each.first_target_loss;
    sum.accuracy += each.accuracy;
    sum.exact_match += each.exact_match;
  }
  const double n = static_cast<double>(measures.size());
  return {sum.loss / n, sum.first_target_loss / n, sum.accuracy / n, sum.exact_match / n};
}

}  // namespace kairo
