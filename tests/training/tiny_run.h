// A run small enough for a test: 18 examples, a model of two narrow blocks, a folder of its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/store/checkpoint.h"
#include "core/store/run_directory.h"
#include "tests/core/store/temporary_folder.h"
#include "training/run/run_options.h"
#include "training/trainer.h"

namespace kairo {

// Batches of 5, so that an epoch is four batches with a short last one; 24 updates.
RunOptions tiny_options();

// `options` settled; the dataset they make.
std::shared_ptr<const MemoryDataset> tiny_dataset(RunOptions& options);

class TinyRun {
 public:
  explicit TinyRun(RunOptions options = tiny_options());

  // Trains from the start, or goes on from `resume_from`; `interrupt_at`: the step at which a
  // signal is to arrive.
  TrainingEnd train(int threads = 1, std::optional<int64_t> resume_from = {},
                    std::optional<int64_t> interrupt_at = {});

  // Called after every step of train().
  void at_each_step(std::function<void(int64_t)> function) { at_step_ = std::move(function); }

  Checkpoint checkpoint(int64_t step) const;
  // Steps that have a checkpoint.
  std::vector<int64_t> steps() const;
  const RunDirectory& directory() const { return directory_; }
  RunOptions& options() { return options_; }

 private:
  TemporaryFolder folder_;
  RunOptions options_;
  std::shared_ptr<const MemoryDataset> data_;
  RunDirectory directory_;
  std::function<void(int64_t)> at_step_ = [](int64_t) {};
};

}  // namespace kairo
