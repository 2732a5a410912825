// All probes: the general ones by one table, and those that studies add.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "probes/probe.h"

namespace kairo {

using ProbeMaker = std::unique_ptr<Probe> (*)();
// Before anything else runs: open_study_probes (studies/probes/study_probes.h).
void add_probe(ProbeMaker maker);

// New ones with default options, `performance` first: the events of a run are timed on it.
std::vector<std::unique_ptr<Probe>> make_probes();

// kUsage naming the nearest.
Probe& find_probe(const std::vector<std::unique_ptr<Probe>>& probes, const std::string& name);

}  // namespace kairo
