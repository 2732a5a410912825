// The series of the study that are timed, in the order of reports.
#pragma once

#include <vector>

#include "analysis/series_spec.h"
#include "core/config/options.h"

namespace kairo::late_disambiguation {

// loss, accuracy, preference, attention_to_z, effect_<site> of each of transitions.sites, z_gap,
// gradient_to_z.
std::vector<SeriesSpec> series(const TransitionsOptions& options);

}  // namespace kairo::late_disambiguation
