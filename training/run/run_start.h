// How a run begins in a folder that may hold an earlier one: fresh, resumed, or in its place.
//
// Looking (find_start) and changing (prepare_folder) are apart, so that everything that can be
// refused is refused before a byte of an earlier run is touched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/store/checkpoint.h"
#include "core/store/run_directory.h"

namespace kairo {

enum class StartMode {
  kFresh,       // refused where there is a run
  kOverwrite,   // in place of what is there
  kResumeAuto,  // from the newest checkpoint that can be resumed, or fresh where there never was
                // one
  kResumeStep,  // from one step
};

struct StartRequest {
  StartMode mode = StartMode::kFresh;
  int64_t step = 0;  // kResumeStep
};

// What `--resume` says: "auto" or a step. kUsage for anything else.
StartRequest resume_request(const std::string& text);

struct Start {
  std::optional<Checkpoint> checkpoint;  // resumed from it; none: fresh
  std::string path;                      // of the checkpoint
  std::vector<std::string> warnings;     // damaged checkpoints that were passed over
};

// Changes nothing. kUsage where a run exists and the mode is kFresh (naming --resume and
// --overwrite); kNotFound where the step asked for is not there, or no checkpoint though the run's
// metrics go beyond step 0; kCorrupt where it cannot be resumed, or where none of the checkpoints
// can; kIo where a folder cannot be read.
Start find_start(const RunDirectory& directory, const StartRequest& request);

// Makes the folder ready: removes the run to be replaced (by the names a run writes; foreign files
// stay), or sets it back to the checkpoint: metrics past it are dropped, later checkpoints moved to
// superseded/N/, N the first free number, never deleted. What a killed session left half written
// goes. Then keeps the dataset; kCorrupt where a resumed run was trained on another than `data`.
// The caller holds the run's train_lock().
void prepare_folder(const RunDirectory& directory, const StartRequest& request, const Start& start,
                    const Dataset& data);

}  // namespace kairo
