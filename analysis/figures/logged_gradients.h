// Gradients that the trainer logged (training.log_gradients), in the shape of the probe
// gradient_flow's record, so that one figure draws either. Thread rule: pure.
#pragma once

#include <optional>

#include "analysis/run_data.h"

namespace kairo {

bool has_logged_gradients(const RunData& run);

// "parameter_gradient" [parameter] and "embedding_gradient" [segment] at the evaluations that have
// them, without standard errors; segments in the order of their positions, what is no span last.
// Nothing where the run logged none.
std::optional<Record> logged_gradients(const RunData& run);

}  // namespace kairo
