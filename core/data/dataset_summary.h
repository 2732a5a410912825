// What a dataset.h5 says of itself, without its examples: for programs that read many runs.
// Thread rule: pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace kairo {

struct DatasetSummary {
  std::string task;           // "disambiguation/bz_to_a"
  int64_t d_vocab = 0;        // the task's tokens
  double ambiguity_nats = 0;  // log K, or 0
  std::string content_hash;   // as the file names it
  std::vector<Floor> floors;
};

// The file's digest is checked; its content is not hashed anew, as read_dataset does. Throws
// kNotFound, kCorrupt.
DatasetSummary read_dataset_summary(const std::string& path);

}  // namespace kairo
