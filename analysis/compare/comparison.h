// Several runs side by side, in groups: runs of one group differ in their seed alone.
//
// A run that the user named keeps that name. The name of another group is what tells it from the
// rest (`K 20, bz_to_a`). Where that takes too many words, or there is no other group, it is the
// name of its run, or says how many seeds it has. A family
// is the groups that differ in nothing but the direction of the task: they share a colour, and
// directions have dashes. Thread rule: built once, then read only.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "analysis/compare/compared_run.h"
#include "analysis/task_box.h"

namespace kairo {

// The meaning of a band over seeds (analysis/stats/seeds.h).
enum class SeedBand {
  kRange,      // smallest to largest seed around the median
  kTInterval,  // of the mean
};

struct RunGroup {
  std::string name;               // "K 20, bz_to_a"
  std::vector<std::size_t> runs;  // indices, in the order given
  std::size_t family = 0;         // index
  std::string direction;          // "bz_to_a"
  int64_t k = 0;
  int style = 0;  // colour and dash of its curves
};

struct Comparison {
  std::string name;  // "k_sweep"
  std::vector<ComparedRun> runs;
  std::vector<RunGroup> groups;        // as first met
  std::vector<std::string> families;   // names; "" where there is one alone
  std::vector<std::string> differing;  // keys in which groups differ: "data.k"
  std::vector<std::string> warnings;   // how runs were measured differently (measured_alike.h)
  TaskBox task_box;                    // one run's example; may be empty
  SeedBand band = SeedBand::kRange;
  double confidence = 0.95;
  // Runs that could not be read, and why.
  std::vector<std::pair<std::string, std::string>> left_out;

  const ComparedRun& first_run(const RunGroup& group) const { return runs[group.runs.front()]; }
  bool differs_in(const std::string& key) const;
  // The groups of a direction, or all where it is "".
  std::vector<const RunGroup*> groups_of(const std::string& direction) const;
  std::vector<std::string> directions() const;  // as first met
  // Of a family in one direction; null where there is none.
  const RunGroup* group_of(std::size_t family, const std::string& direction) const;
};

// Throws kUsage without a run, for runs of different tasks (their losses are of different things),
// for two runs of one name, for two of equal settings and seed (one run counted twice is no second
// seed), and for runs whose numbers mean different things (measured_alike.h).
Comparison make_comparison(const std::string& name, std::vector<ComparedRun> runs);

// The names of the events by which a lag is told, in the order of the tables: first_target_loss_
// log_k, first_target_loss_first, z_gap, accuracy.
const std::vector<std::string>& lag_events();
// The value of a key of run.settings; "" for a key that is not there.
std::string setting_of(const ComparedRun& run, const std::string& key);
// The title of an event in the first report that has it; its name where none has.
std::string event_title(const Comparison& comparison, const std::string& event);

}  // namespace kairo
