// Records: what a probe measured, one file a step, merged into one file a label when complete.
//
//   probes/<name>/<label>/step_00000200.h5      atomic, one a step
//   probes/<name>/<label>.h5 and .csv           all steps, made from the former, which are then
//   removed
//
// A quantity is a labelled array per example (NaN where it has no meaning for that example) with
// its mean and standard error, or a derived one (a ratio of means) without per-example values. What
// no example is behind (a norm of weights) has n_examples 0 and the standard error NaN: it is
// exact.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kairo {

struct Axis {
  std::string name;                     // "layer", "head", "pos"
  std::vector<int64_t> values;          // coordinates, e.g. 0 … n_layers-1
  std::vector<std::string> names = {};  // of the coordinates ("embed.W_E"), or empty: the numbers

  std::string coordinate(std::size_t i) const;  // names[i], or values[i] as text
};

// How a quantity over steps is timed: its rise and the order of rises in reports.
enum class Timing {
  kNotTimed,
  kShare,           // within bounds: how far it has risen
  kFallsFromFirst,  // as 1 - value / first value
  kRatio,           // of means; analysis/series_spec.h says of which
  kUnbounded,       // has a sharpness and a change point, but no place in the order of rises
};
// As a record's attribute: "share", "falls_from_first", "ratio", "unbounded"; "" for kNotTimed.
std::string timing_name(Timing timing);
// Nothing for a text that is none of these.
std::optional<Timing> timing_in(const std::string& text);

struct Quantity {
  std::string name;                    // "attention_to_z"; a "/" makes a group: "effect/resid_pre"
  std::string definition;              // one sentence
  std::string units;                   // "nats", "probability", "1"
  std::vector<Axis> axes;              // without step and example
  std::vector<double> mean;            // [axes…]
  std::vector<double> standard_error;  // [axes…]
  int64_t n_examples = 0;              // examples behind the mean
  std::vector<float> per_example;      // [example, axes…]; empty for a derived quantity
  int64_t per_example_rows = 0;        // its first dimension
  Timing timing = Timing::kNotTimed;   // an attribute of its group, absent if not timed

  int64_t size() const;  // product of the axes' lengths
};

// Mean and standard error (sample deviation / sqrt n) over examples in double precision, NaNs left
// out per element, from per_example. n_examples: the rows with a value that is no NaN. An element
// without values has mean NaN, one with a single value standard error NaN. kShape where sizes
// disagree.
void summarize(Quantity& quantity);

// What identifies a measurement.
struct RecordKey {
  std::string probe;
  std::string label;
  std::string settings;  // JSON of the probe's and the shared options, sorted keys
  std::string dataset_hash;
  std::string code_version;
  int64_t seed = 0;
  int64_t n_examples = 0;  // asked for
};

// Work is reused only where this holds: all of the key agrees, of the code version the release
// (what stands before "+"): the commit is kept for the reader, and a commit that changes no number
// costs no work.
bool measures_the_same(const RecordKey& a, const RecordKey& b);

struct StepRecord {
  int64_t step = 0;
  std::string checkpoint_hash;
  std::string kernels;  // what computed it: the CPU path of the kernels ("AVX2"), or the device
  std::vector<Quantity> quantities;
};

struct SeriesQuantity {
  Quantity about;                      // name, definition, units, axes; the arrays are empty
  std::vector<double> mean;            // [step, axes…]
  std::vector<double> standard_error;  // [step, axes…]
  std::vector<int64_t> n_examples;     // [step]
  std::vector<float> per_example;      // [step, example, axes…] or empty
  int64_t per_example_rows = 0;
};

struct Record {
  RecordKey key;
  std::vector<int64_t> steps;
  std::vector<std::string> checkpoint_hashes;  // [step]
  std::vector<std::string> kernels;            // [step]
  std::vector<SeriesQuantity> quantities;
  std::vector<std::string> notes;  // what was left out and why
  // Why the whole probe was left out; then there are no steps and no quantities. "": it was not.
  std::string left_out;

  // kNotFound naming the nearest.
  const SeriesQuantity& quantity(const std::string& name) const;
  bool has(const std::string& name) const;
  // The different kernels, in order of name; without "", which does not say.
  std::vector<std::string> kernels_used() const;
};

// The label as a folder or file name (core/files/safe_name.h, and no .h5 or .csv at its end);
// kUsage where it could leave the folder or be taken for another label's file.
void check_label(const std::string& label);

void write_step_record(const std::string& path, const RecordKey& key, const StepRecord& record);
// False (and `record` untouched) where the file is missing, damaged, or of another key or
// checkpoint.
bool read_step_record(const std::string& path, const RecordKey& key,
                      const std::string& checkpoint_hash, StepRecord& record);

// Joins steps (ascending, same quantities and axes in the same order; kShape otherwise). Notes are
// the caller's to add.
Record merge(const RecordKey& key, const std::vector<StepRecord>& steps);

void write_record(const std::string& path, const Record& record);  // HDF5, with digest
void write_record_csv(const std::string& path,
                      const Record& record);  // step,quantity,axes…,mean,standard_error,n
// kNotFound; kCorrupt, also for a file without a digest and for one that stands in another probe's
// or label's place.
Record read_record(const std::string& path);

}  // namespace kairo
