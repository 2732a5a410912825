// What every probe of a run looks at: the same fixed, seeded examples at every checkpoint.
//
// Rows of all tensors are in the order of `examples`, so that per-example values of different
// probes can be resampled together (paired bootstrap). Thread rule: built once, then read only;
// workers share it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/config/options.h"
#include "core/data/dataset.h"
#include "core/model/model.h"

namespace kairo {

// Where a run began: its checkpoint of step 0, or the first that there is and can be read.
struct TrajectoryStart {
  int64_t step = 0;
  std::string checkpoint_hash;
  std::shared_ptr<const Model> model;  // its weights rewritten as the measured ones are
};

struct ProbeInputs {
  std::shared_ptr<const Dataset> data;
  std::string dataset_hash;
  ProbesOptions options;
  std::vector<int64_t> examples;  // [n]: draw_examples with probes.{split,n_examples,seed}
  at::Tensor inputs;              // [n, pos] int64
  at::Tensor labels;              // [n, pos] int64, or kNoLabel
  at::Tensor answer;              // [n] int64: a, the first target token; undefined without target

  // The same examples with a part replaced (draw_alternatives with probes.seed); all empty without
  // alternatives.
  std::vector<Alternative> alternatives;  // [n]
  at::Tensor swapped_inputs;              // [n, pos] int64
  at::Tensor other_answer;                // [n] int64: a', or -1 if no example has the other value
  at::Tensor is_pair;                     // [n] bool: a' is known and differs from a

  std::shared_ptr<const TrajectoryStart> start;  // null unless a probe needs it

  const Dataset& dataset() const { return *data; }
  int64_t n() const { return static_cast<int64_t>(examples.size()); }
  // The span "target" and q, the position that predicts its first token: the same in all examples.
  // kShape if the task has no such span; a probe that asks says so before (why_no_answer).
  Span target() const;
  int64_t query() const { return target().begin - 1; }
  // Whether any answer under the other value is known.
  bool has_counterparts() const;
  // The same inputs with their tensors on `device`, where a model on it wants them.
  ProbeInputs on(at::Device device) const;
};

// Throws kConfig where the split is empty.
ProbeInputs make_probe_inputs(std::shared_ptr<const Dataset> data, const ProbesOptions& options);

// Rows [begin, end) run at once. Fixed, so that results do not depend on the machine.
struct Chunk {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t size() const { return end - begin; }
  at::Tensor of(const at::Tensor& rows) const { return rows.narrow(0, begin, size()); }
};
std::vector<Chunk> chunks(int64_t n, int64_t most = 256);

// `values` as int64 on the device of `beside`, to select rows of it.
at::Tensor index_of(const std::vector<int64_t>& values, const at::Tensor& beside);

}  // namespace kairo
