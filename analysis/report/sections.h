// The sections of a report, each from the run and what was found in it. Used by document.cpp alone.
// Thread rule: pure.
#pragma once

#include <string>
#include <vector>

#include "analysis/report/document.h"

namespace kairo {

// Of the first event that could be looked for; before it, one sentence for each that could not.
std::vector<std::string> headline(const std::vector<Transition>& transitions);
// Task, number of examples, which records there are.
std::string scope(const RunData& run);

// How the run was made: model, training, why it stopped, machine (run_section.cpp). No section
// where nothing of it is known.
Section run_section(const RunFacts& facts);

// The named events (event_sections.cpp).
Section transitions_section(const RunData& run, const std::vector<Transition>& transitions);
// Events, probes and figures that are not there, each with its reason.
Section absences_section(const RunData& run, const std::vector<Transition>& transitions,
                         const std::vector<FigureResult>& figures);

// Rises and their order; widths and change points (series_sections.cpp).
Section order_section(const RunData& run, const Findings& findings);
Section shapes_section(const RunData& run, const Findings& findings);

// What the run ended with; the best that is possible without a part of the input
// (value_sections.cpp).
Section last_values_section(const RunData& run);
Section floors_section(const RunData& run);

// The dashboard; all other figures (figure_sections.cpp). No section where none was drawn.
Section dashboard_section(const std::vector<FigureResult>& figures);
Section figures_section(const std::vector<FigureResult>& figures);

// The appendix (appendix_sections.cpp): what the words mean; every quantity that was measured;
// records, seeds, settings and checkpoints; what the numbers do not say.
Section definitions_section(const RunData& run);
Section quantities_section(const RunData& run);
Section records_section(const RunData& run);
Section limits_section();

}  // namespace kairo
