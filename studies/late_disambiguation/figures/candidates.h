// Figure candidates: choosing among the K whole targets of a base.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo::late_disambiguation {

std::optional<Panel> candidate_loss_panel(const FigureInputs& inputs);
std::optional<Panel> candidate_accuracy_panel(const FigureInputs& inputs);

Drawing candidates(const FigureInputs& inputs);

}  // namespace kairo::late_disambiguation
