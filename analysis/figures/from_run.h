// What every figure takes from a run: curves with their bands, the marks of events, the headline;
// and in words why something is not there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/figures/figure.h"
#include "analysis/plot/page.h"

namespace kairo {

// A figure before it is drawn: its page, or why there is none.
struct Drawing {
  std::string left_out;
  std::string caption;  // one sentence for reports
  Page page;
};

inline constexpr const char* kStepLabel = "training step";

// A quantity with exactly these axes; null where the run lacks it.
const SeriesQuantity* find_quantity(const RunData& run, const std::string& probe,
                                    const std::string& quantity,
                                    const std::vector<std::string>& axes);
// "K = 1: no other selector", or that there is no such record.
std::string why_missing(const RunData& run, const std::string& probe);
Drawing left_out(const std::string& why);

// Element `index` of the axes over all steps. The band is two standard errors; there is none where
// the record has none above zero.
Curve curve_of(const Record& record, const SeriesQuantity& quantity, int64_t index,
               const std::string& name, int style);
// "± 2 standard errors over 256 examples"
std::string band_name(const Record& record, const SeriesQuantity& quantity);

std::vector<double> steps_of(const Record& record);

// "2.1" for layer 2, head 1: the rows of a quantity with the axes layer and head.
std::vector<std::string> head_names(const SeriesQuantity& quantity);

// Rows [step, row] of a record as a heat map's values [row, column]; both axes of `quantity`
// together are the rows.
std::vector<double> rows_over_steps(const SeriesQuantity& quantity, std::size_t n_steps);

// [place in `transitions`]: the event's number, from 1 in the order of time; events that did not
// happen come last.
std::vector<int> event_numbers(const std::vector<Transition>& transitions);
// One mark for each event that happened, with its interval: over examples, or between two records.
std::vector<Mark> marks_of(const std::vector<Transition>& transitions);
// The thresholds of events that are about `series` ("z_shuffle/z_gap"), as levels.
std::vector<Level> thresholds_of(const std::vector<Transition>& transitions,
                                 const std::string& series);

// The level of the task's ambiguity, "log K = 2.303 nats"; a task without one has no level.
std::vector<Level> ambiguity_level(const RunData& run);

// A page with headline and no rows yet; the events stand in one line.
Page page_of(const FigureInputs& inputs, const std::string& title);
// A line for each event with its step, in the order of their numbers.
std::vector<std::string> event_lines(const std::vector<Transition>& transitions);

// What the record of a probe, which the run has, says was left out and why, below the page.
void add_notes(Page& page, const RunData& run, const std::string& probe);

// Many heads in one panel: the few with the largest last values are coloured and named, with their
// bands; the rest are thin and grey, with one entry in the key.
void name_few_heads(std::vector<Curve>& heads);

// A line for each head of a quantity [layer, head] in nats, few of them named, around zero. Nothing
// if the run lacks the quantity.
std::optional<Panel> heads_around_zero(const FigureInputs& inputs, const std::string& probe,
                                       const std::string& quantity, const std::string& title,
                                       const std::string& y_label);

// Adds the panels that there are as one row; none: no row.
void add_row(Page& page, const std::vector<std::optional<Panel>>& panels, double height);

}  // namespace kairo
