// The facts of a run that a reader of its report asks for first: which model, trained how, for how
// long, why it stopped, on what machine. From config.yaml and run.json; a fact that neither file
// has is left out. Thread rule: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analysis/task_words.h"
#include "core/store/run_directory.h"

namespace kairo {

struct RunFacts {
  // config.yaml
  bool has_config = false;
  std::string model_kind;              // "transformer"; only then are there layers and heads
  std::string config = "config.yaml";  // its path from the report's folder
  int64_t n_layers = 0, n_heads = 0, d_model = 0, n_parameters = 0;
  bool attn_only = false;
  bool is_bidirectional = false;
  std::string optimizer;  // "AdamW"
  double learning_rate = 0, weight_decay = 0;
  int64_t warmup_steps = 0, batch_size = 0, max_steps = 0;
  double stop_when_solved = 0;  // accuracy; 0: never
  int64_t seed = 0;
  // What the study names of data.* (TaskWords::data_keys), and in words.
  std::vector<std::pair<std::string, int64_t>> data;
  std::string data_words;
  // run.json
  bool has_record = false;
  std::string status, stopped;          // "finished", "solved"
  int64_t steps = 0;                    // updates done
  int64_t n_resumed = 0;                // how often it was interrupted and continued
  std::optional<int64_t> wall_seconds;  // from its first start to its end
  std::string cpu, instruction_set, device;
  int64_t n_machines = 0;  // different ones, one after another
  int64_t threads = 0;
  std::string version, git_commit;
};

// `d_vocab` is the dataset's, for configs that leave it open. A file that is missing gives no
// facts; a damaged config.yaml is thrown as read_run_config does. `words` say which keys of data.*
// are facts.
RunFacts read_run_facts(const RunDirectory& directory, int64_t d_vocab,
                        const TaskWords& words = {});

// "reached training.max_steps", "solved: accuracy above 0.98 at three evaluations in a row", ...
std::string why_stopped(const RunFacts& facts);
// "7 min 28 s"
std::string duration_words(int64_t seconds);

}  // namespace kairo
