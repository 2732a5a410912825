// A measurement's settings as JSON, by the keys of the configuration: what identifies a record
// beside its data and checkpoints.
#pragma once

#include <string>

#include "core/store/record.h"
#include "probes/probe.h"

namespace kairo {

// {"probes.logit_lens.positions":"query","probes.n_examples":256,…}, keys sorted: the probe's own
// and probes.{n_examples,seed,split,processing.*}; the former three only where they choose what is
// looked at. Beside them "start.step" and "start.checkpoint_hash" where it compares with the start.
std::string settings_json(Probe& probe, const ProbeInputs& inputs);

RecordKey record_key(Probe& probe, const ProbeInputs& inputs, const std::string& label);

}  // namespace kairo
