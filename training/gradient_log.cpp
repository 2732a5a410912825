#include "training/gradient_log.h"

#include <ATen/ATen.h>

#include "core/circuits/parameter_norms.h"
#include "core/model/batch.h"

namespace kairo {

GradientLog::GradientLog(const Dataset& data, const std::vector<int64_t>& examples,
                         WorkerPool& pool)
    : data_(data), pool_(pool), tokens_(labelled_tokens(data.batch(examples))) {}

std::vector<std::pair<std::string, double>> GradientLog::fields(const Model& model) const {
  const GradientFlow flow = gradient_flow(
      model, tokens_,
      [this](int64_t n, const std::function<void(int64_t)>& task) { pool_.run(n, task); });
  const std::vector<std::string> parameters = parameter_names(model.parameters());
  const std::vector<double> norms = parameter_norms(model.parameters(), flow.gradient);
  const std::vector<std::string> segments = segment_names(data_);
  const at::Tensor by_segment = segment_norms(flow.embedding_squares, data_).mean(0);
  std::vector<std::pair<std::string, double>> fields;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    fields.emplace_back("gradient_norm/" + parameters[i], norms[i]);
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    fields.emplace_back("gradient_segments/" + segments[i],
                        by_segment[static_cast<int64_t>(i)].item<double>());
  }
  return fields;
}

}  // namespace kairo
