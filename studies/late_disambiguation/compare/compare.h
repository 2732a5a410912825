// What `compare` shows of the study beside the general figures: the pair bz_to_a and az_to_b, the
// sweep over K, and the figures of z and of candidates.
#pragma once

#include "analysis/compare/comparison_figures.h"
#include "analysis/compared_task.h"

namespace kairo::late_disambiguation {

ComparedTask compared();

std::vector<Panel> z_gap_panels(const Comparison& comparison);
// Z gap, attention to z and dependence on z.
std::vector<Panel> z_usage_panels(const Comparison& comparison);
std::vector<NamedDrawing> z_usage(const Comparison& comparison);
// Loss and accuracy of the choice among the K whole targets.
std::vector<Panel> candidate_panels(const Comparison& comparison);
std::vector<NamedDrawing> candidate_loss(const Comparison& comparison);
// First-target loss of every K with its floor.
std::vector<NamedDrawing> all_k(const Comparison& comparison);

}  // namespace kairo::late_disambiguation
