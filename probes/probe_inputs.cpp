#include "probes/probe_inputs.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/model/batch.h"

namespace kairo {
namespace {

at::Tensor first_targets(const Dataset& data, const std::vector<int64_t>& examples) {
  at::Tensor tokens = at::full({static_cast<int64_t>(examples.size())}, -1, at::kLong);
  int64_t* to = tokens.data_ptr<int64_t>();
  for (const int64_t example : examples) {
    if (example >= 0) *to = data.token(example, data.target().begin);
    ++to;
  }
  return tokens;
}

void add_swaps(ProbeInputs& inputs) {
  const Dataset& data = inputs.dataset();
  const uint64_t seed = static_cast<uint64_t>(inputs.options.seed);
  inputs.swaps = draw_selector_swaps(data, inputs.examples, seed);
  inputs.swapped_inputs = inputs_of(data, inputs.swaps);
  std::vector<int64_t> counterparts;
  for (const SelectorSwap& swap : inputs.swaps) counterparts.push_back(swap.counterpart);
  inputs.other_answer = first_targets(data, counterparts);
  inputs.is_pair = inputs.other_answer.ge(0).logical_and(inputs.other_answer.ne(inputs.answer));
}

}  // namespace

bool ProbeInputs::has_counterparts() const {
  return std::any_of(swaps.begin(), swaps.end(),
                     [](const SelectorSwap& swap) { return swap.counterpart >= 0; });
}

ProbeInputs ProbeInputs::on(at::Device device) const {
  ProbeInputs moved = *this;
  for (at::Tensor* each : {&moved.inputs, &moved.labels, &moved.answer, &moved.swapped_inputs,
                           &moved.other_answer, &moved.is_pair}) {
    if (each->defined()) *each = each->to(device);
  }
  return moved;
}

ProbeInputs make_probe_inputs(std::shared_ptr<const Dataset> data, const ProbesOptions& options) {
  ProbeInputs inputs;
  inputs.data = std::move(data);
  inputs.dataset_hash = content_hash(inputs.dataset());
  inputs.options = options;
  const Split split = options.split == ProbeSplit::kTrain ? Split::kTrain : Split::kHeldOut;
  inputs.examples = draw_examples(inputs.dataset(), split, options.n_examples,
                                  static_cast<uint64_t>(options.seed));
  inputs.inputs = inputs_of(inputs.dataset(), inputs.examples);
  inputs.labels = labels_of(inputs.dataset(), inputs.examples);
  inputs.answer = first_targets(inputs.dataset(), inputs.examples);
  if (inputs.dataset().selectors.size() >= 2) add_swaps(inputs);
  return inputs;
}

std::vector<Chunk> chunks(int64_t n, int64_t most) {
  std::vector<Chunk> all;
  for (int64_t begin = 0; begin < n; begin += most)
    all.push_back({begin, std::min(n, begin + most)});
  return all;
}

at::Tensor index_of(const std::vector<int64_t>& values, const at::Tensor& beside) {
  return at::tensor(values, at::kLong).to(beside.device());
}

}  // namespace kairo
