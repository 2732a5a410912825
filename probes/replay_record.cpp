#include "probes/replay_record.h"

#include <filesystem>

#include "core/store/atomic_file.h"
#include "core/store/temporary_file.h"
#include "core/store/trajectory.h"
#include "hooks/error.h"

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

}  // namespace

void prepare_record(const RunDirectory& run, const RecordKey& key, bool anew) {
  const fs::path record = run.record(key.probe, key.label);
  const fs::path table = fs::path(record).replace_extension(".csv");
  const std::string steps = run.step_records(key.probe, key.label);
  remove_leftovers(record.parent_path().string());
  remove_leftovers(steps);
  if (!anew) return;
  for (const fs::path& path : {record, table, fs::path(steps)}) {
    std::error_code error;
    fs::remove_all(path, error);
    if (error) throw Error(ErrorKind::kIo, {path.string(), "to remove it", error.message(), ""});
  }
}

ReplayRecord::ReplayRecord(const RunDirectory& run, const RecordKey& key)
    : key_(key),
      path_(run.record(key.probe, key.label)),
      folder_(run.step_records(key.probe, key.label)) {
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

std::string ReplayRecord::step_file(int64_t step) const {
  return folder_ + "/" + checkpoint_file_name(step);
}

bool ReplayRecord::holds(int64_t step, const std::string& checkpoint_hash) const {
  const auto row = merged_rows_.find(step);
  if (row != merged_rows_.end() && merged_.checkpoint_hashes[row->second] == checkpoint_hash) {
    return true;
  }
  StepRecord record;
  return read_step_record(step_file(step), key_, checkpoint_hash, record);
}

void ReplayRecord::add(const StepRecord& record) const {
  create_folder(folder_);
  write_step_record(step_file(record.step), key_, record);
}

StepRecord ReplayRecord::read_step(int64_t step, const std::string& checkpoint_hash) const {
  const auto row = merged_rows_.find(step);
  if (row != merged_rows_.end() && merged_.checkpoint_hashes[row->second] == checkpoint_hash) {
    return step_of(merged_, row->second);
  }
  StepRecord record;
  if (read_step_record(step_file(step), key_, checkpoint_hash, record)) return record;
  throw Error(ErrorKind::kCorrupt, {step_file(step), "the step just measured", "another file",
                                    "run it again; let no other program work on this label"});
}

void ReplayRecord::merge(const std::map<int64_t, std::string>& steps,
                         const std::vector<std::string>& notes) const {
  std::map<int64_t, std::string> held;
  for (const auto& [step, row] : merged_rows_) held[step] = merged_.checkpoint_hashes[row];
  if (held != steps || merged_.notes != notes) {
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
}

}  // namespace kairo
