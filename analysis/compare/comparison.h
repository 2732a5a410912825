// Several runs side by side, in groups: runs of one group differ in their seed alone.
//
// A run that the user named keeps that name. The name of another group is what tells it from the
// rest (`d_model 128, forward`). Where that takes too many words, or there is no other group, it is
// the name of its run, or says how many seeds it has. A family is the groups that differ in nothing
// but the key of the study's pair (compared_task.h): they share a colour, and its values have
// dashes. Thread rule: built once, then read only.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "analysis/compare/compared_run.h"
#include "analysis/compared_task.h"
#include "analysis/task_words.h"

namespace kairo {

// The meaning of a band over seeds (analysis/stats/seeds.h).
enum class SeedBand {
  kRange,      // smallest to largest seed around the median
  kTInterval,  // of the mean
};

struct RunGroup {
  std::string name;               // "d_model 128, forward"
  std::vector<std::size_t> runs;  // indices, in the order given
  std::size_t family = 0;         // index
  std::string variant;            // as of its runs
  int64_t number = 0;
  int style = 0;  // colour and dash of its curves
};

struct Comparison {
  std::string name;  // "sweep"
  std::vector<ComparedRun> runs;
  std::vector<RunGroup> groups;        // as first met
  std::vector<std::string> families;   // names; "" where there is one alone
  std::vector<std::string> differing;  // keys in which groups differ: "model.d_model"
  std::vector<std::string> warnings;   // how runs were measured differently (measured_alike.h)
  TaskBox task_box;                    // one run's example; may be empty
  SeedBand band = SeedBand::kRange;
  double confidence = 0.95;
  // Runs that could not be read, and why.
  std::vector<std::pair<std::string, std::string>> left_out;

  const ComparedRun& first_run(const RunGroup& group) const { return runs[group.runs.front()]; }
  bool differs_in(const std::string& key) const;
  // The groups of a variant, or all where it is "".
  std::vector<const RunGroup*> groups_of(const std::string& variant) const;
  std::vector<std::string> variants() const;  // as first met
  // The group of a family in one variant, or null if there is none.
  const RunGroup* group_of(std::size_t family, const std::string& variant) const;
};

// Throws kUsage without a run, for runs of different tasks (their losses are of different things),
// for two runs of one name, for two of equal settings and seed (one run counted twice is no second
// seed), and for runs whose numbers mean different things (measured_alike.h).
Comparison make_comparison(const std::string& name, std::vector<ComparedRun> runs);

// The analysis of the task that all runs have.
const ComparedTask& compared_task(const Comparison& comparison);
// The names of the events by which a lag is told, in the order of the tables.
const std::vector<std::string>& lag_events(const Comparison& comparison);
// The title of an event in the first report that has it; its name where none has.
std::string event_title(const Comparison& comparison, const std::string& event);

}  // namespace kairo
