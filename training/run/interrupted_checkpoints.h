// What an interruption keeps beyond the plan, and how it goes: a run in parts ends with the files
// of a run in one piece, to the byte.
//
// An interruption keeps model and optimiser at whatever step it comes.
// 1. At a step without a planned checkpoint the file is interrupted_00000184.h5
//    (core/store/trajectory.h), which only --resume reads. It is removed.
// 2. At a planned step whose file has no optimiser's state (training.optimizer_state_every), the
//    usual file is fuller than planned. It is written again without the state.
// Both happen once a later checkpoint can be resumed from. Wherever that is cut off the files are
// whole, and the next session does it.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "core/store/checkpoint.h"
#include "core/store/run_directory.h"
#include "training/run/checkpoint_plan.h"

namespace kairo {

// Steps of fuller files up to `newest`, back to the last one before it that the plan lets resume:
// no session leaves any before that. Only files written under the same `config_yaml`, for another
// may have had another plan. One that cannot be read is passed over: it is verify's to find.
std::set<int64_t> fuller_than_planned(const RunDirectory& directory, const CheckpointPlan& plan,
                                      const std::string& config_yaml, int64_t newest);

// What the plan has in the place of this file. Throws as read_checkpoint.
Checkpoint read_without_optimizer(const std::string& path);

// Removes the interrupted_*.h5 of earlier steps than `full_step`, whose checkpoint is on the disk.
// Whether any is left: at that step or later, or one that the system refuses to remove.
bool remove_interrupted_before(const RunDirectory& directory, int64_t full_step);

}  // namespace kairo
