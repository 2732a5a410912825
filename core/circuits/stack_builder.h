// Collects the components of a ResidualStack from a cache, at the positions wanted. For the
// decomposition's own sources.
#pragma once

#include <string>
#include <vector>

#include "core/circuits/read_point.h"
#include "core/model/transformer/transformer.h"

namespace kairo {

class StackBuilder {
 public:
  // The three must outlive the builder. `asked_by` stands in errors.
  StackBuilder(const Transformer& model, const ActivationCache& cache, const Positions& positions,
               std::string asked_by);

  // One cached activation at the positions wanted; pos_axis counts from the end.
  at::Tensor value(const std::string& name, int64_t pos_axis = -2) const;

  void add(const std::string& label, const at::Tensor& component);  // [batch, pos, d_model]
  void add_cached(const std::string& label, const std::string& name) { add(label, value(name)); }
  // "embed", and "pos_embed" where the model has positions in the residual.
  void add_embeds();
  // "L{layer}H0", ...
  void add_heads(int64_t layer);
  // "L{layer}N3", ...: hook_post times W_out for `neurons` (ascending or not), or all if empty.
  void add_neurons(int64_t layer, const std::vector<int64_t>& neurons);
  // "remainder": the residual minus all that was added.
  void add_remainder(const std::string& residual_name);

  // kUsage where nothing was added.
  ResidualStack finish(const ReadPoint& point, ApplyLn apply_ln) const;

 private:
  at::Tensor head_results(int64_t layer) const;

  const Transformer& model_;
  const ActivationCache& cache_;
  const Positions& positions_;
  std::string asked_by_;
  std::vector<std::string> labels_;
  std::vector<at::Tensor> parts_;  // each [component, batch, pos, d_model]
};

// kUsage where `labels` is empty.
void check_has_components(const std::vector<std::string>& labels, const ReadPoint& point,
                          const std::string& asked_by);

// "L1H2", "L1N2".
std::string part_label(int64_t layer, char part, int64_t index);

// `neurons` as an index [neuron] int64, all of the model's where empty. kUsage where the model has
// no MLP, kShape for a neuron out of range.
at::Tensor neuron_index(const Transformer& model, const std::vector<int64_t>& neurons,
                        const std::string& asked_by);

}  // namespace kairo
