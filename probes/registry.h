// All probes, by one table: a new probe adds its line there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "probes/probe.h"

namespace kairo {

// New ones with default options, `performance` first: the events of a run are timed on it.
std::vector<std::unique_ptr<Probe>> make_probes();

// kUsage naming the nearest.
Probe& find_probe(const std::vector<std::unique_ptr<Probe>>& probes, const std::string& name);

}  // namespace kairo
