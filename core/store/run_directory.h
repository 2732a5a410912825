// outputs/<experiment>/: where each file of a run stands.
//
//   config.yaml run.json metrics.jsonl train.log dataset.h5 checkpoints/ probes/ figures/
//   report.json report.md report.html; train.lock, analyze.lock and probes/<probe>/<label>.lock
//   while somebody is at that work (core/files/work_lock.h)
#pragma once

#include <cstdint>
#include <string>

#include "core/store/metrics.h"

namespace kairo {

// A run's folder by experiment name. kUsage unless that is a safe name (core/files/safe_name.h: it
// may not leave the output folder), and if a folder is empty. A leading ~ is a home folder.
//
// What analysis writes (records, figures, reports and its locks) stands in the run's folder, or in
// RESULTS_DIR/<experiment> for a run that may only be read.
class RunDirectory {
 public:
  RunDirectory(const std::string& base_dir, const std::string& experiment,
               const std::string& results_dir = "");

  const std::string& experiment() const { return experiment_; }
  const std::string& root() const { return root_; }
  std::string runs_folder() const;  // that holds all runs, without the experiment
  const std::string& results() const { return results_; }  // root() unless another was given
  std::string results_dir() const;  // RESULTS_DIR, or "" if results are in the run's folder
  std::string config_file() const { return root_ + "/config.yaml"; }
  std::string run_file() const { return root_ + "/run.json"; }
  std::string metrics_file() const { return root_ + "/metrics.jsonl"; }
  std::string log_file() const { return root_ + "/train.log"; }
  std::string train_lock() const { return root_ + "/train.lock"; }
  std::string analyze_lock() const { return results_ + "/analyze.lock"; }
  std::string dataset_file() const { return root_ + "/dataset.h5"; }
  std::string checkpoints() const { return root_ + "/checkpoints"; }
  std::string checkpoint(int64_t step) const;
  std::string interrupted_checkpoint(int64_t step) const;  // core/store/trajectory.h
  // kUsage where the probe or label is no safe name (core/files/safe_name.h).
  std::string step_records(const std::string& probe, const std::string& label) const;  // folder
  std::string record(const std::string& probe, const std::string& label) const;        // .h5
  std::string record_lock(const std::string& probe, const std::string& label) const;   // .lock
  std::string figures() const { return results_ + "/figures"; }
  std::string report(const std::string& extension) const {
    return results_ + "/report." + extension;
  }

  // Whether anything but the lock of a train that just begins is in the folder; kIo if unreadable.
  bool exists() const;
  // kNotFound naming the folder and the experiments that are there; kIo as exists().
  void require() const;

 private:
  std::string experiment_;
  std::string root_;
  std::string results_;
};

}  // namespace kairo
