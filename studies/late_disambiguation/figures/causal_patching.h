// Figure causal_patching: where in the model the answer's dependence on z runs.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo::late_disambiguation {

// Effects of resid_pre in nats by layer and position at chosen steps (chosen_steps.h), on the one
// colour scale of all patching maps; no panel where the effect is defined nowhere.
PanelRow patching_maps(const FigureInputs& inputs);
// Effects of the heads' z over steps.
std::optional<Panel> heads_map(const FigureInputs& inputs);
// Says that the scale hides how far effects go below 0, or "".
std::string clipped_note(const FigureInputs& inputs);
// Why there is no such map where every effect is undefined, or "".
std::string undefined_note(const RunData& run);
std::optional<Panel> z_dependence_panel(const FigureInputs& inputs);

Drawing causal_patching(const FigureInputs& inputs);

}  // namespace kairo::late_disambiguation
