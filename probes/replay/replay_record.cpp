#include "probes/replay/replay_record.h"

#include <filesystem>

#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "core/files/temporary_file.h"
#include "core/store/trajectory.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

// A record that cannot be read is measured again, so its damage is no error here.
Record read_if_whole(const std::string& path) {
  try {
    return read_record(path);
  } catch (const Error& error) {
    const bool is_absent =
        error.kind() == ErrorKind::kNotFound || error.kind() == ErrorKind::kCorrupt;
    if (!is_absent) throw;
  }
  return {};
}

std::vector<std::string> single_files(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code none;  // no folder: no files
  for (fs::directory_iterator entry(folder, none), end; !none && entry != end;
       entry.increment(none)) {
    if (step_in_name(entry->path().string())) paths.push_back(entry->path().string());
  }
  return paths;
}

template <typename T>
std::vector<T> row_of(const std::vector<T>& all, std::size_t row, std::size_t n_rows) {
  const std::size_t size = all.size() / n_rows;
  return std::vector<T>(all.begin() + row * size, all.begin() + (row + 1) * size);
}

StepRecord step_of(const Record& record, std::size_t row) {
  const std::size_t n = record.steps.size();
  StepRecord step;
  step.step = record.steps[row];
  step.checkpoint_hash = record.checkpoint_hashes[row];
  step.kernels = record.kernels[row];
  for (const SeriesQuantity& series : record.quantities) {
    Quantity quantity = series.about;
    quantity.mean = row_of(series.mean, row, n);
    quantity.standard_error = row_of(series.standard_error, row, n);
    quantity.per_example = row_of(series.per_example, row, n);
    quantity.per_example_rows = series.per_example_rows;
    quantity.n_examples = series.n_examples[row];
    step.quantities.push_back(std::move(quantity));
  }
  return step;
}

// What analyze --force measured so far, one file per step. No label has such a name.
std::string renewed_records(const RunDirectory& run, const RecordKey& key) {
  const fs::path steps = run.step_records(key.probe, key.label);
  return (steps.parent_path() / ("." + steps.filename().string() + ".forced")).string();
}

}  // namespace

void prepare_record(const RunDirectory& run, const RecordKey& key) {
  remove_leftovers(fs::path(run.record(key.probe, key.label)).parent_path().string());
  remove_leftovers(run.step_records(key.probe, key.label));
  remove_leftovers(renewed_records(run, key));
}

void write_left_out(const RunDirectory& run, const RecordKey& key, const std::string& reason) {
  const std::string path = run.record(key.probe, key.label);
  const Record before = read_if_whole(path);
  if (!before.steps.empty() || before.left_out == reason) return;
  Record record;
  record.key = key;
  record.left_out = reason;
  create_folder(fs::path(path).parent_path().string());
  write_record(path, record);
}

ReplayRecord::ReplayRecord(const RunDirectory& run, const RecordKey& key, std::set<int64_t> again)
    : key_(key),
      path_(run.record(key.probe, key.label)),
      folder_(run.step_records(key.probe, key.label)),
      renewed_(renewed_records(run, key)),
      again_(std::move(again)) {
  Record merged = read_if_whole(path_);
  note_steps(merged);
  // After the merged ones: a single file stands where the merged record had not what was needed.
  for (const std::string& path : single_files(folder_)) {
    const Record single = read_if_whole(path);
    if (single.steps.size() == 1 && step_in_name(path) == single.steps.front()) note_steps(single);
  }
  if (!measures_the_same(merged.key, key)) return;
  merged_ = std::move(merged);
  for (std::size_t row = 0; row < merged_.steps.size(); ++row) {
    merged_rows_[merged_.steps[row]] = row;
  }
}

void ReplayRecord::note_steps(const Record& record) {
  std::map<int64_t, std::string>& steps = measures_the_same(record.key, key_) ? held_ : replaced_;
  for (std::size_t row = 0; row < record.steps.size(); ++row) {
    steps[record.steps[row]] = record.checkpoint_hashes[row];
  }
}

std::string ReplayRecord::step_file(const std::string& folder, int64_t step) const {
  return folder + "/" + checkpoint_file_name(step);
}

// `record` may be null: then only whether it is there.
bool ReplayRecord::find(int64_t step, const std::string& checkpoint_hash,
                        StepRecord* record) const {
  StepRecord single;
  if (again_.count(step) > 0) {
    const std::string file = step_file(renewed_, step);
    if (read_if_whole(file).key.code_version != key_.code_version) return false;
    if (!read_step_record(file, key_, checkpoint_hash, single)) return false;
  } else {
    const auto row = merged_rows_.find(step);
    if (row != merged_rows_.end() && merged_.checkpoint_hashes[row->second] == checkpoint_hash) {
      if (record != nullptr) *record = step_of(merged_, row->second);
      return true;
    }
    if (!read_step_record(step_file(folder_, step), key_, checkpoint_hash, single)) return false;
  }
  if (record != nullptr) *record = std::move(single);
  return true;
}

bool ReplayRecord::holds(int64_t step, const std::string& checkpoint_hash) const {
  return find(step, checkpoint_hash, nullptr);
}

void ReplayRecord::add(const StepRecord& record) const {
  const std::string& folder = again_.count(record.step) > 0 ? renewed_ : folder_;
  create_folder(folder);
  write_step_record(step_file(folder, record.step), key_, record);
}

StepRecord ReplayRecord::read_step(int64_t step, const std::string& checkpoint_hash) const {
  StepRecord record;
  if (find(step, checkpoint_hash, &record)) return record;
  throw Error(ErrorKind::kCorrupt)
      .at(path_)
      .fact("the measurement of step " + std::to_string(step) + " is gone or was replaced")
      .hint("run it again; let no other program work on this label");
}

void ReplayRecord::merge(const std::map<int64_t, std::string>& steps,
                         const std::vector<std::string>& notes) const {
  std::map<int64_t, std::string> held;
  for (const auto& [step, row] : merged_rows_) held[step] = merged_.checkpoint_hashes[row];
  if (!again_.empty() || held != steps || merged_.notes != notes) {
    std::vector<StepRecord> parts;
    for (const auto& [step, hash] : steps) parts.push_back(read_step(step, hash));
    Record record = kairo::merge(key_, parts);
    record.notes = notes;
    // The record last: where it stands no later replay would write its CSV.
    write_record_csv(path_.substr(0, path_.size() - 2) + "csv", record);
    write_record(path_, record);
  }
  std::error_code error;  // what is left over is read or replaced next time
  fs::remove_all(folder_, error);
  if (!again_.empty()) fs::remove_all(renewed_, error);
}

}  // namespace kairo
