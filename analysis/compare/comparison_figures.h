// The figures of a comparison: each one function of its own in analysis/compare/figures, from the
// comparison to a page. One table names them all. One that has no meaning for these runs is left
// out, and says why.
//
// The same runs give the same files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/compare/comparison.h"
#include "analysis/compare/lag.h"
#include "analysis/figures/from_run.h"

namespace kairo {

struct NamedDrawing {
  std::string name;
  Drawing drawing;
};

// First-target loss, accuracy and the study's training curves against the step.
std::vector<NamedDrawing> overlay(const Comparison& comparison);
// The steps of the events against the swept number, a panel for each variant.
std::vector<NamedDrawing> number_dependence(const Comparison& comparison);
// Both values of the pair with their lags: a figure for each family, side_by_side_<family>.
std::vector<NamedDrawing> side_by_side(const Comparison& comparison);
// First-target loss against step, examples and summed learning rate.
std::vector<NamedDrawing> temperature_loss(const Comparison& comparison);
// Lag against log10 T, and log lag against log lr and log batch, with their fits.
std::vector<NamedDrawing> temperature_lag(const Comparison& comparison);
// The steps of the events in every group.
std::vector<NamedDrawing> lags(const Comparison& comparison);
// The steps at which each series rose, in every seed: a panel for each group of several seeds.
std::vector<NamedDrawing> order_of_events(const Comparison& comparison);
// The main panels on one page.
std::vector<NamedDrawing> comparison_dashboard(const Comparison& comparison);

// Panels that the dashboard shares.
std::vector<Panel> overlay_panels(const Comparison& comparison);
std::vector<Panel> number_panels(const Comparison& comparison);
std::optional<Panel> temperature_panel(const Comparison& comparison, StepUnit unit);
// The study's own, `panels` of its ComparedTask; none for null.
std::vector<Panel> panels_by(std::vector<Panel> (*panels)(const Comparison&),
                             const Comparison& comparison);
std::optional<Panel> lags_panel(const Comparison& comparison);

inline constexpr const char* kFromRecordBefore = "from the record before to the step";
inline constexpr std::size_t kMostSeedColours = 8;
// The points of one seed of the first group without any yet: a colour of its own, and beside the
// others, where these are at most kMostSeedColours.
Curve seed_points(const Comparison& comparison, std::size_t place, double apart);

// A page with its headline and no rows yet.
Page comparison_page(const Comparison& comparison, const std::string& title);
// "5 runs that differ only in the seed", "18 runs in 6 groups; the runs of a group differ only in
// the seed".
std::string how_many(const Comparison& comparison);
// These panels as rows of at most `columns`; left out with `why` where there is none.
Drawing drawing_of(Page page, const std::vector<Panel>& panels, std::size_t columns,
                   const std::string& why);
// Whose examples the trainer's curves are of, where any run has them.
void add_evaluation_note(const Comparison& comparison, Page& page);
// Which heads the curves of one head are of.
void add_heads_note(const Comparison& comparison, Page& page);
// What the bands over seeds are, where there are any.
void add_band_note(const Comparison& comparison, Page& page);
// Why a curve is in no panel: too many groups, or no run has it (with a run's own reason).
std::string why_no_track(const Comparison& comparison, const std::string& track,
                         const std::string& probe);
Known known_of(SeedStatus status);
// Where a point of an event stands within what is known of it.
inline constexpr const char* kPointNote =
    "An event lies in (record before, step]. Its point is at that step, the latest that it can be; "
    "the thin line reaches down to the record before.";
inline constexpr const char* kNotReachedNote =
    "A run that never had the event is drawn as an open point with an arrow at its last record: "
    "its "
    "lag is longer than that.";
// A run's lag at x; where it is censored, at the run's end.
void add_lag_point(const Lag& lag, double x, Curve& curve);
// Thin upright lines beside the points of `like`: first empty, then one for each add_upright.
Curve uprights_of(const Curve& like, const std::string& shared_name);
// From `low` to `high` at x; none where a bound is not finite or both are one.
void add_upright(double x, double low, double high, Curve& uprights);
// From the record before an event to its step.
void add_lag_upright(const Lag& lag, double x, Curve& uprights);

// How many figures draw_comparison would write. Draws nothing.
std::size_t count_comparison_figures(const Comparison& comparison);

// Draws all of the table into `folder` (which must be there), each with .png, .svg and .csv. Throws
// kIo where gnuplot is missing or fails.
std::vector<FigureResult> draw_comparison(const Comparison& comparison, const std::string& folder);

}  // namespace kairo
