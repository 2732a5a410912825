// Checkpoints that an interruption made fuller than the plan has them.
//
// An interruption keeps the optimiser's state at whatever step it comes. Where the plan keeps the
// model without it (training.optimizer_state_every), the file is written anew without it once a
// later checkpoint can be resumed from: a run in parts then ends with the files of a run in one
// piece, to the byte. Wherever that is cut off the file is whole, in one form or the other, and the
// next session does it.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "core/store/checkpoint.h"
#include "core/store/run_directory.h"
#include "training/checkpoint_plan.h"

namespace kairo {

// Steps of such files up to `newest`, back to the last one before it that the plan lets resume: no
// session leaves any behind that. Only files written under the same `config_yaml`, for another may
// have had another plan. One that cannot be read is passed over: it is verify's to find.
std::set<int64_t> fuller_than_planned(const RunDirectory& directory, const CheckpointPlan& plan,
                                      const std::string& config_yaml, int64_t newest);

// What the plan has in the place of this file. Throws as read_checkpoint.
Checkpoint read_without_optimizer(const std::string& path);

}  // namespace kairo
