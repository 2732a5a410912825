// What analysis knows of a run: its metrics, its records and what the dataset says of itself. Read
// once from the run's folder; no model is run here.
//
// Thread rule: built once, then read only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/result_paths.h"
#include "analysis/run_facts.h"
#include "analysis/task_words.h"
#include "core/config/options.h"
#include "core/data/memory_dataset.h"
#include "core/store/record.h"
#include "core/store/run_directory.h"

namespace kairo {

// The metrics among what is left out of a run.
inline constexpr const char* kMetricsName = "metrics.jsonl";

struct RunData {
  std::string experiment;
  std::string runs_folder = OutputOptions().base_dir;  // that holds the run
  std::string results_dir;                // --results-dir, "" if results are in the run's folder
  std::string label = kDefaultLabel;      // of the records
  Metrics metrics;                        // empty where the run has no metrics.jsonl
  std::map<std::string, Record> records;  // by probe
  std::map<std::string, std::string> left_out;  // probe, or kMetricsName -> why it is not there
  std::vector<std::string> damaged;             // of these the ones whose file cannot be read
  // Of the dataset: everything but the examples themselves.
  std::string task;
  std::vector<std::string> position_names;  // [pos]: "BOS", "B1" … "SEP", "A1" …
  std::map<std::string, Span> spans;
  std::vector<Floor> floors;
  double ambiguity_nats = 0;  // of the task, or 0
  int64_t n_examples = 0;
  std::string dataset_hash;
  int64_t checkpoint_spacing = 0;  // D, steps: training.checkpoint_every
  int64_t eval_examples = 0;       // training.eval_examples: behind the metrics
  TransitionsOptions transitions;
  TaskBox task_box;  // the task, told with one example of the dataset
  RunFacts facts;

  const Record* record(const std::string& probe) const;  // null where there is none
};

// "--experiment NAME", --output-dir unless the run is in outputs/, and --results-dir if it was
// given; quoted for a shell. The commands of a report find the run from where analyze found it.
std::string experiment_flags(const RunData& run);

// "probe z_shuffle has not been run": why a probe is left out that has no record.
std::string not_run_words(const std::string& probe);

// Records and metrics.
enum class DamagedFiles { kRefused, kLeftOut };

// `label` names the records to read. A probe without a record, or with one made on another dataset,
// is put into left_out. Throws kNotFound (no run, no dataset.h5), kCorrupt (a damaged file; damaged
// records and metrics only where these are refused).
RunData load_run(const RunDirectory& run, const std::string& label,
                 const std::vector<std::string>& probes, const TransitionsOptions& transitions,
                 int64_t checkpoint_spacing, DamagedFiles damaged = DamagedFiles::kRefused);

// A name for each position, [pos]: inside a span its letter and a number from 1 ("B1", "A2"),
// outside the token that all examples have there ("SEP"), else the position's number.
std::vector<std::string> position_names(const DatasetArrays& data);

}  // namespace kairo
