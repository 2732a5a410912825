// outputs/<experiment>/: where each file of a run stands.
//
//   config.yaml run.json metrics.jsonl train.log dataset.h5 checkpoints/ probes/ figures/
//   report.json report.md report.html; train.lock, analyze.lock and probes/<probe>/<label>.lock
//   while somebody is at that work (core/store/work_lock.h)
#pragma once

#include <cstdint>
#include <string>

#include "core/store/metrics.h"

namespace kairo {

// A run's folder by experiment name. kUsage unless it is a safe name (core/store/safe_name.h: it
// may not leave the output folder), and for no folder.
class RunDirectory {
 public:
  RunDirectory(const std::string& base_dir, const std::string& experiment);

  const std::string& experiment() const { return experiment_; }
  const std::string& root() const { return root_; }
  std::string config_file() const { return root_ + "/config.yaml"; }
  std::string run_file() const { return root_ + "/run.json"; }
  std::string metrics_file() const { return root_ + "/metrics.jsonl"; }
  std::string log_file() const { return root_ + "/train.log"; }
  std::string train_lock() const { return root_ + "/train.lock"; }
  std::string analyze_lock() const { return root_ + "/analyze.lock"; }
  std::string dataset_file() const { return root_ + "/dataset.h5"; }
  std::string checkpoints() const { return root_ + "/checkpoints"; }
  std::string checkpoint(int64_t step) const;
  // kUsage where the probe or label is no safe name (core/store/safe_name.h).
  std::string step_records(const std::string& probe, const std::string& label) const;  // folder
  std::string record(const std::string& probe, const std::string& label) const;        // .h5
  std::string record_lock(const std::string& probe, const std::string& label) const;   // .lock
  std::string figures() const { return root_ + "/figures"; }
  std::string report(const std::string& extension) const { return root_ + "/report." + extension; }

  // Whether anything but the lock of a train that just begins is in the folder; kIo if unreadable.
  bool exists() const;
  // kNotFound naming the folder and the experiments that are there; kIo as exists().
  void require() const;

 private:
  std::string experiment_;
  std::string root_;
};

}  // namespace kairo
