// The named events of the study, and their thresholds under transitions.
#pragma once

#include <vector>

#include "analysis/events.h"
#include "core/config/task_kind.h"

namespace kairo::late_disambiguation {

std::vector<EventSpec> events();
std::vector<Threshold> thresholds();

}  // namespace kairo::late_disambiguation
