#include "probes/probe_inputs.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/model/batch.h"

namespace kairo {
namespace {

at::Tensor first_targets(const Dataset& data, const std::vector<int64_t>& examples) {
  at::Tensor tokens = at::full({static_cast<int64_t>(examples.size())}, -1, at::kLong);
  int64_t* to = tokens.data_ptr<int64_t>();
  const int64_t query = data.spans()->fixed("target")->begin - 1;
  for (const int64_t example : examples) {
    if (example >= 0) *to = data.batch({example}).labels[query];
    ++to;
  }
  return tokens;
}

void add_alternatives(ProbeInputs& inputs) {
  const Dataset& data = inputs.dataset();
  const uint64_t seed = static_cast<uint64_t>(inputs.options.seed);
  inputs.alternatives = draw_alternatives(data, inputs.examples, seed);
  inputs.swapped_inputs = inputs_of(data, inputs.alternatives);
  std::vector<int64_t> counterparts;
  for (const Alternative& each : inputs.alternatives) counterparts.push_back(each.counterpart);
  inputs.other_answer = first_targets(data, counterparts);
  inputs.is_pair = inputs.other_answer.ge(0).logical_and(inputs.other_answer.ne(inputs.answer));
}

}  // namespace

Span ProbeInputs::target() const {
  const std::optional<Span> span = fixed_span(*data, "target");
  if (!span) {
    throw Error(ErrorKind::kShape)
        .at(data->info().name)
        .fact("the examples have no target at one place");
  }
  return *span;
}

bool ProbeInputs::has_counterparts() const {
  return std::any_of(alternatives.begin(), alternatives.end(),
                     [](const Alternative& each) { return each.counterpart >= 0; });
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
  inputs.dataset_hash = inputs.dataset().info().content_hash;
  inputs.options = options;
  const Split split = options.split == ProbeSplit::kTrain ? Split::kTrain : Split::kHeldOut;
  inputs.examples = draw_examples(inputs.dataset(), split, options.n_examples,
                                  static_cast<uint64_t>(options.seed));
  const Batch batch = inputs.dataset().batch(inputs.examples);
  inputs.inputs = inputs_of(batch);
  inputs.labels = labels_of(batch);
  if (!fixed_span(inputs.dataset(), "target")) return inputs;
  inputs.answer = first_targets(inputs.dataset(), inputs.examples);
  if (has_alternatives(inputs.dataset())) add_alternatives(inputs);
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
