// Writing and reading checkpoints: k10_n1000's with its optimiser, and one of 100 MB. Checked: what
// is read has the content hash and the weights of what was written. The floor of writing is a plain
// write and fsync of as many bytes to the same folder, that of reading a plain read.
// KAIRO_BENCH_DIR: the folder, the system's temporary one by default.
#include <fcntl.h>
#include <unistd.h>

#include <map>
#include <string>

#include "bench/result.h"
#include "bench/scratch.h"
#include "bench/step_work.h"
#include "core/base/error.h"
#include "core/config/transformer_options.h"
#include "core/files/atomic_file.h"
#include "core/model/checkpoint_io.h"
#include "core/model/transformer/layout.h"
#include "core/store/checkpoint.h"

namespace kairo {
namespace {

constexpr int kRounds = 9;

Checkpoint make_checkpoint(const TransformerOptions& words, bool with_optimizer) {
  FlatParameters parameters = transformer_parameters(words);
  initialize(parameters, words);
  Checkpoint checkpoint;
  checkpoint.experiment = "bench";
  checkpoint.model_json = to_json(words);
  checkpoint.parameters = to_arrays(parameters, parameters.values());
  checkpoint.has_optimizer = checkpoint.has_training = with_optimizer;
  if (with_optimizer) {
    checkpoint.optimizer.name = "adamw";
    for (const char* state : {"exp_avg", "exp_avg_sq"}) {
      checkpoint.optimizer.states[state] = checkpoint.parameters;
    }
    checkpoint.training.integers["data_order"].assign(10'000, 7);
  }
  return checkpoint;
}

void write_plainly(const std::string& path, const std::string& bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::size_t done = 0;
  while (file >= 0 && done < bytes.size()) {
    const ssize_t n = write(file, bytes.data() + done, bytes.size() - done);
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  const bool kept = file >= 0 && done == bytes.size() && fsync(file) == 0;
  if (file >= 0) close(file);
  if (!kept)
    throw Error(ErrorKind::kIo)
        .at(path)
        .fact("the file could not be written")
        .hint("is the disk full?");
}

// A file holds its arrays in the order of their names.
std::map<std::string, std::vector<float>> by_name(const std::vector<NamedArray>& arrays) {
  std::map<std::string, std::vector<float>> values;
  for (const NamedArray& array : arrays) values[array.name] = array.values;
  return values;
}

void check(const Checkpoint& written, const Checkpoint& read) {
  const bool same = written.content_hash == read.content_hash &&
                    by_name(written.parameters) == by_name(read.parameters);
  require_close("a checkpoint read back", same ? 0 : 1, 0);
}

void add_rate(benchmark::State& state, std::size_t bytes) {
  state.counters["MB"] = 1e-6 * static_cast<double>(bytes);
  state.counters["MB/s"] = 1e-3 * static_cast<double>(bytes) / state.counters["median_ms"];
}

void time_write(const TransformerOptions& words, bool with_optimizer, benchmark::State& state) {
  const Scratch folder;
  Checkpoint checkpoint = make_checkpoint(words, with_optimizer);
  write_checkpoint(folder / "ours", checkpoint);
  check(checkpoint, read_checkpoint(folder / "ours", CheckpointPart::kEverything));
  const std::string bytes = read_file(folder / "ours");
  const auto seconds = time_in_turns({[&] { write_checkpoint(folder / "ours", checkpoint); },
                                      [&] { write_plainly(folder / "plain", bytes); }},
                                     kRounds);
  report(state, seconds[0], median(seconds[1]));
  add_rate(state, bytes.size());
}

void time_read(const TransformerOptions& words, bool with_optimizer, benchmark::State& state) {
  const Scratch folder;
  Checkpoint checkpoint = make_checkpoint(words, with_optimizer);
  write_checkpoint(folder / "ours", checkpoint);
  check(checkpoint, read_checkpoint(folder / "ours", CheckpointPart::kEverything));
  std::size_t size = 0;
  const auto seconds =
      time_in_turns({[&] { read_checkpoint(folder / "ours", CheckpointPart::kEverything); },
                     [&] { size = read_file(folder / "ours").size(); }},
                    kRounds);
  report(state, seconds[0], median(seconds[1]));
  add_rate(state, size);
}

TransformerOptions words_of_100_mb() {
  TransformerOptions words = k10_step().model;
  words.n_layers = 8;
  words.n_heads = 16;
  words.d_model = 512;
  words.d_mlp = 2048;
  return words;
}

}  // namespace

void register_benches() {
  const TransformerOptions k10 = k10_step().model, large = words_of_100_mb();
  add_bench("checkpoint_write/k10_n1000", [=](auto& state) { time_write(k10, true, state); });
  add_bench("checkpoint_write/100MB", [=](auto& state) { time_write(large, false, state); });
  add_bench("checkpoint_read/k10_n1000", [=](auto& state) { time_read(k10, true, state); });
  add_bench("checkpoint_read/100MB", [=](auto& state) { time_read(large, false, state); });
}

}  // namespace kairo
