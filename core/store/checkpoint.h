// Checkpoints: checkpoints/step_00000200.h5, as docs/file-formats.md lays them out.
//
// `content_hash` is over names, shapes and values of model, optimiser and training state (no
// times): "equal to the byte" means an equal content hash. A file with `model` alone (no digest, no
// training state) can be probed, not resumed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kairo {

constexpr int64_t kCheckpointFormatVersion = 1;

struct NamedArray {
  std::string name;  // "blocks.0.attn.W_Q"
  std::vector<int64_t> shape;
  std::vector<float> values;
};

struct OptimizerState {
  std::string name;  // "adamw"
  int64_t step = 0;
  std::map<std::string, std::vector<NamedArray>> states;  // "exp_avg" -> one array a parameter
};

// What resuming needs beside weights and optimiser, each a small named value.
struct TrainingState {
  std::map<std::string, std::vector<int64_t>>
      integers;                                      // random-number states (bits), order, cursor
  std::map<std::string, std::vector<double>> reals;  // running sums
};

struct Checkpoint {
  int64_t step = 0;  // after that many updates
  std::string experiment;
  std::string version;     // of the program that wrote it
  std::string model_json;  // the model words
  std::vector<NamedArray> parameters;
  bool has_optimizer = false;
  OptimizerState optimizer;
  bool has_training = false;
  TrainingState training;
  std::string config_yaml;   // resolved; may be empty
  std::string content_hash;  // filled by write and read
};

// Fills content_hash and returns it. Atomic; kIo; kUsage where the file's name is another step's.
std::string write_checkpoint(const std::string& path, Checkpoint& checkpoint);

enum class CheckpointPart { kModelOnly, kEverything };

// kNotFound, kCorrupt (digest, format, a newer format version, sizes, content hash, a weight that
// is NaN or infinite, a step other than a file named step_00000200.h5 says: the message names file
// and dataset).
Checkpoint read_checkpoint(const std::string& path, CheckpointPart part);

}  // namespace kairo
