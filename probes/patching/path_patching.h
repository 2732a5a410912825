// Path patching (Wang et al. 2022, "Interpretability in the Wild"): how much a head acts on a later
// head, or on the logits, directly.
//
// The sender's z is the donor's; every other head's output stays the recipient's, so that what the
// sender changes travels through the residual stream alone (and through MLPs, unless they are
// frozen too). In that run the receiver's q, k or v is read off and put into an otherwise
// unpatched run of the recipient: its metric is the path's. The path to the logits is the metric of
// the frozen run itself.
// So a path is an ordinary patch whose donor is the frozen run: everything in patch_sweep.h
// applies.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "probes/patching/patch.h"

namespace kairo {

struct PathSender {
  int64_t layer = 0;
  int64_t head = 0;
};

struct PathReceiver {
  PatchSite site = PatchSite::kQ;  // q, k or v
  int64_t layer = 0;
  int64_t head = 0;
};

struct PathOptions {
  bool through_mlps = true;  // false: the residual stream alone
};

struct PathMetrics {
  at::Tensor heads;   // [n, sender, receiver]; the unpatched metric where no path leads
  at::Tensor logits;  // [n, sender]
};

// Both runs must have recorded inside attention. kUsage for a receiver that is no input of a head,
// kShape for layers or heads the model does not have. Double.
PathMetrics run_paths(const SweepInputs& sweep, const std::vector<PathSender>& senders,
                      const std::vector<PathReceiver>& receivers, const PathOptions& options);

}  // namespace kairo
