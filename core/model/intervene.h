// From interventions as values (core/config/intervention.h) to hooks.
//
// Thread rule: free functions; the hooks keep copies of what they need (tensors share memory).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/config/intervention.h"
#include "hooks/activation_cache.h"
#include "hooks/hooks.h"

namespace kairo {

// Runs whose activations an intervention may take, by the name it gives in `from`.
using Donors = std::map<std::string, ActivationCache>;

// kNotFound naming the nearest where `from` is no donor, kConfig where a field is missing.
Edit as_edit(const Intervention& intervention, const Donors& donors);

// Adds them all, in their order.
void add_to(Hooks& hooks, const std::vector<Intervention>& interventions, const Donors& donors);

// The patterns that a donor named `from` must have cached for these interventions; empty where none
// takes from it.
std::vector<std::string> patterns_taken(const std::vector<Intervention>& interventions,
                                        const std::string& from);

}  // namespace kairo
