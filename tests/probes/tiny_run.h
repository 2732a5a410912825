// Small data sets, models and runs for the tests of probes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/config/options.h"
#include "core/data/memory_dataset.h"
#include "core/model/transformer/transformer.h"
#include "core/store/record.h"
#include "core/store/run_directory.h"
#include "probes/probe_inputs.h"
#include "studies/late_disambiguation/data/options.h"

namespace kairo::tiny {

struct Choice {
  late_disambiguation::Direction direction = late_disambiguation::Direction::kBzToA;
  int64_t k = 3;
  AttentionDir attention_dir = AttentionDir::kCausal;
  Normalization normalization = Normalization::kLN;
};

// 8 bases of 3 characters, targets of 3, selectors of 2.
std::shared_ptr<const MemoryDataset> data(const Choice& choice = {});

// 3 layers, 2 heads, d_model 16; words to be changed before random_model.
TransformerOptions model_words(const Dataset& data, const Choice& choice = {});
// Random weights, larger than the initial ones so that a selector matters.
Transformer random_model(const TransformerOptions& options, double scale = 2);

ProbeInputs inputs(const std::shared_ptr<const Dataset>& data, int64_t n_examples = 12);

// A run's start with these weights, as ProbeInputs has it for the probes that compare with it.
std::shared_ptr<const TrajectoryStart> start(const Transformer& model);

// Of the quantities a probe measured; fails the test where there is none of the name.
const Quantity& quantity(const std::vector<Quantity>& all, const std::string& name);
bool has(const std::vector<Quantity>& all, const std::string& name);

// A run's folder with a data set and a checkpoint of other weights at each step; gone with the
// object.
class Run {
 public:
  // The model of each step; its words stand in the checkpoints.
  using MakeModel = std::function<std::unique_ptr<Model>(const Dataset& data, int64_t step)>;

  Run(const Choice& choice, const std::vector<int64_t>& steps);
  Run(const Choice& choice, const std::vector<int64_t>& steps, const MakeModel& make);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  const RunDirectory& directory() const { return directory_; }
  void damage_checkpoint(int64_t step) const;

 private:
  std::string base_;
  RunDirectory directory_;
};

// The bytes of a file.
std::string bytes(const std::string& path);

}  // namespace kairo::tiny
