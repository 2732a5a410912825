// The workers of a replay: jobs in parallel over checkpoints, each step's record written at once.
//
// A checkpoint is loaded once for all probes that still need it. Each worker's operations are
// single-threaded, so that records are equal to the byte for any number of them.
// Thread rule: run() is called once, by one thread; what it filled is read after it.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "core/store/checkpoint.h"
#include "probes/probe_inputs.h"
#include "probes/replay/replay.h"
#include "probes/replay/replay_plan.h"

namespace kairo {

// The model part of a checkpoint; kCorrupt also where the step is known to be wrong
// (ReplayOptions::damaged).
Checkpoint read_point(const TrajectoryPoint& point, const ReplayOptions& options);

// Its model as the probes see it: with rewritten weights where `processing` says so.
std::unique_ptr<Model> model_to_measure(const Checkpoint& checkpoint, const std::string& path,
                                        const ProcessingOptions& processing, at::Device device);

class ReplayWorkers {
 public:
  // `inputs` and `options` outlive it, and so do the works that the jobs point to.
  ReplayWorkers(const ProbeInputs& inputs, const ReplayOptions& options,
                std::vector<ReplayJob> jobs)
      : inputs_(inputs), options_(options), jobs_(std::move(jobs)) {}

  // Throws what replay() throws of its steps, its workers and `progress`.
  void run();

  const std::vector<ReplayFailure>& failures() const { return failures_; }  // by step
  bool was_stopped() const { return was_stopped_; }

 private:
  void work_on(const ReplayJob& job);
  void say_progress();
  void say_begin(const std::string& probe);
  bool is_ending();
  bool must_end();
  void do_checkpoint(const ReplayJob& job);
  bool measure(const ProbeWork& work, const Model& model, int64_t step, const std::string& hash);
  void finish(ProbeWork& work, int64_t step, const std::string& hash, int64_t ProbeWork::*count);
  void fail(const ReplayFailure& failure, const std::exception_ptr& error);

  const ProbeInputs& inputs_;
  const ReplayOptions& options_;
  const std::vector<ReplayJob> jobs_;
  std::mutex mutex_;
  int64_t n_done_ = 0;
  bool was_stopped_ = false;
  bool caller_failed_ = false;
  std::exception_ptr first_error_;
  std::vector<ReplayFailure> failures_;
};

}  // namespace kairo
