// What a key of a run's config does to the run: the one list by which cells of a sweep are told
// apart and runs are grouped as seeds of one experiment.
//
// Every key of the sections experiment, task, data, model and training has a role; one that no list
// names decides the trajectory, so that a new key keeps runs apart until it is known not to.
// Thread rule: pure.
#pragma once

#include <string>

namespace kairo {

enum class KeyRole {
  kLabels,    // leaves no trace in what a run keeps: its name, its progress lines
  kSeeds,     // of the data and the order of batches
  kObserves,  // what is looked at and kept of a trajectory, and when it is stopped; not its course
  kDecides,   // the trajectory
};

// `path`: "training.eval_every".
KeyRole role_of_key(const std::string& path);

}  // namespace kairo
