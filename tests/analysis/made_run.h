// A made run: RunData as training on bz_to_a with K = 10 gives it, from closed formulas and a seed.
//
// Two phases: the base is learnt near step 400 (loss falls to log K), the selector near
// `transition_step`. Every example has its own delay, kept over all steps and quantities, so that
// noise is shared over steps as in a real run. Quantities are named as in docs/definitions.md.
// Undefined numbers are NaN as the probes leave them: patching effects before the transition, and
// per-example values of pairs with equal first characters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/run_data.h"

namespace kairo::made {

enum class Task {
  kBzToA,        // every probe has a record
  kOneSelector,  // K = 1: a selector, but no other one: only attention_to_z, lens, performance
  kBToA,         // no selector at all: only lens and performance
};

struct RunOptions {
  Task task = Task::kBzToA;
  int64_t n_steps = 60;
  int64_t spacing = 50;            // D; steps are 0, D, …
  int64_t transition_step = 2000;  // centre of the mean curve's sigmoid
  double width = 80;               // steps; of each example's sigmoid
  double delay = 60;               // steps; standard deviation of the examples' delays
  int64_t n_examples = 64;
  uint64_t seed = 7;
};

inline constexpr const char* kTask = "disambiguation/bz_to_a";
constexpr int64_t kLayers = 4;
constexpr int64_t kHeads = 4;

RunData run(const RunOptions& options = {});

// Adds the records of the probes that do not run by default, with the same steps: head (1, 2) comes
// to be an induction head and heads (0, 1) and (2, 3) to compose, at the transition.
void add_further_records(RunData& run, const RunOptions& options = {});

// A record with one scalar quantity: values [step][example].
Record record_of(const std::string& probe, const std::string& quantity,
                 const std::vector<int64_t>& steps,
                 const std::vector<std::vector<float>>& per_example);

}  // namespace kairo::made
