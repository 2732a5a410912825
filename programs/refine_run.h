// What train --refine and analyze --refine share: windows of a run replayed (training/refiner.h)
// under the run's lock, with its log, on the device that it was trained on.
#pragma once

#include <vector>

#include "core/data/dataset.h"
#include "programs/command_line/command_line.h"
#include "programs/run_setup.h"
#include "training/refiner.h"

namespace kairo {

class RunRefiner {
 public:
  // `run`: what the run was made with. Reads its dataset. Directory and flags must outlive this.
  RunRefiner(const RunDirectory& directory, RunOptions run, const CommonFlags& flags);

  // kConfig as check_resumable where `named` is another run than the one in the folder.
  void require_same(RunOptions named) const;

  // What is to be done, for --dry-run: "100 updates from step 4000 to 4100, …". Changes nothing.
  std::string plan(const RefineWindow& window) const;

  // One window, said in train.log too. Nothing is replayed where all its steps are there. Throws
  // what plan_refinement, kairo::refine and WorkLock::take throw.
  RefineResult refine(const RefineWindow& window) const;

 private:
  const RunDirectory& directory_;
  const CommonFlags& flags_;
  std::shared_ptr<const Dataset> data_;
  RunOptions options_;  // settled
};

}  // namespace kairo
