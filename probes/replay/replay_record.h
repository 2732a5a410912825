// One probe's record under construction: what is held already, what is still to be measured, and
// the merge.
//
// Steps come from the merged record (probes/<name>/<label>.h5) and from single files
// (probes/<name>/<label>/step_*.h5), both only where key and checkpoint hash agree. Steps to
// measure again (analyze --force) come from neither. Their files stand in a folder of their own
// (probes/<name>/.<label>.forced/) until all are there: until then the old record stays as it was.
// Thread rule: holds() and add() may be called by several threads for different steps; the rest by
// one.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/store/record.h"
#include "core/store/run_directory.h"

namespace kairo {

// Before the record is opened, under its lock (RunDirectory::record_lock): removes what a killed
// process left half written.
void prepare_record(const RunDirectory& run, const RecordKey& key);

// Writes a record that says why the probe was left out, unless the steps of an earlier measurement
// stand in its place.
void write_left_out(const RunDirectory& run, const RecordKey& key, const std::string& reason);

class ReplayRecord {
 public:
  // Reads the merged record and the single files; damaged ones count as none. `again`: steps to
  // measure although they are there; an interrupted replay's new measurements of them count if they
  // are of the very same code version.
  ReplayRecord(const RunDirectory& run, const RecordKey& key, std::set<int64_t> again = {});

  const std::string& path() const { return path_; }
  // Steps that are there, merged or single, each with the hash of the checkpoint it was measured
  // on.
  const std::map<int64_t, std::string>& held() const { return held_; }
  // Steps there of another key, which merge() replaces.
  const std::map<int64_t, std::string>& replaced() const { return replaced_; }
  // Whether the step is there already, measured on a checkpoint of this hash.
  bool holds(int64_t step, const std::string& checkpoint_hash) const;
  void add(const StepRecord& record) const;

  // Joins `steps` (by step: the checkpoint's hash), writes record and CSV and removes the single
  // files. Nothing is written where the merged record holds just these already.
  void merge(const std::map<int64_t, std::string>& steps,
             const std::vector<std::string>& notes) const;

 private:
  void note_steps(const Record& record);
  std::string step_file(const std::string& folder, int64_t step) const;
  bool find(int64_t step, const std::string& checkpoint_hash, StepRecord* record) const;
  StepRecord read_step(int64_t step, const std::string& checkpoint_hash) const;

  RecordKey key_;
  std::string path_;
  std::string folder_;
  std::string renewed_;      // folder of the steps measured again
  std::set<int64_t> again_;  // steps
  Record merged_;            // no steps where there is none
  std::map<int64_t, std::size_t> merged_rows_;
  std::map<int64_t, std::string> held_;
  std::map<int64_t, std::string> replaced_;
};

}  // namespace kairo
