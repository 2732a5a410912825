// What a patching sweep is asked: which patches of which donor into which recipient, read off how.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "probes/patching/patch_run.h"

namespace kairo {

struct Patch {
  PatchSite site = PatchSite::kResidPre;
  int64_t layer = 0;
  int64_t head = -1;               // of a site with heads
  std::vector<int64_t> positions;  // ascending, within the run; a pattern's are its queries
};

// What is read off a run: logits [n, d_vocab] at q -> [n], in double. Per example: no example's
// value may depend on another's logits.
using PatchMetric = std::function<at::Tensor(const at::Tensor& logits)>;

// logit answer - logit other. answer, other: [n] int64.
PatchMetric logit_difference(const at::Tensor& answer, const at::Tensor& other);

struct SweepInputs {
  const Transformer& model;
  const PatchRun& recipient;
  const PatchRun& donor;
  PatchMetric metric;
  int64_t query = 0;
};

}  // namespace kairo
