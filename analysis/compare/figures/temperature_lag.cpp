#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/compare/comparison_figures.h"
#include "analysis/compare/seed_curves.h"
#include "analysis/compare/temperature.h"

namespace kairo {
namespace {

constexpr int kFitStyle = 6;  // black

// In log-log panels lags are logarithms; a lag of 0 has none.
enum class LagScale { kPlain, kLog10 };

// x of a run, and how its group is told apart.
using Place = double (*)(const ComparedRun&);

double log10_rate(const ComparedRun& run) { return std::log10(run.learning_rate); }
double log10_batch(const ComparedRun& run) {
  return std::log10(static_cast<double>(run.batch_size));
}

Lines points_of(const Comparison& comparison, StepUnit unit, Place place, LagScale scale) {
  Lines lines;
  lines.x.is_steps = false;
  for (const RunGroup& group : comparison.groups) {
    Curve points;
    points.name = group.name;
    points.style = group.style;
    points.drawn = Drawn::kPoints;
    for (std::size_t run : group.runs) {
      Lag lag = lag_of(comparison.runs[run], lag_events(comparison).front(), unit);
      if (lag.status == SeedStatus::kConfirmed) lag.at = (lag.after + lag.at) / 2;  // as fitted
      add_lag_point(lag, place(comparison.runs[run]), points);
    }
    if (scale == LagScale::kLog10) {
      for (double& y : points.y) y = y > 0 ? std::log10(y) : kUnset;
    }
    if (!points.y.empty()) lines.curves.push_back(points);
  }
  return lines;
}

enum class Cut { kNowhere, kAtZero };

// A straight line over the panel's points, its name the fit in words.
void add_line(double intercept, double slope, const std::string& name, Cut cut, Lines& lines) {
  Curve line;
  line.name = name;
  line.style = kFitStyle;
  double low = INFINITY, high = -INFINITY;
  for (const Curve& each : lines.curves) {
    for (double x : each.steps) {
      low = std::min(low, x);
      high = std::max(high, x);
    }
  }
  line.drawn = Drawn::kThinLine;
  if (cut == Cut::kAtZero && slope != 0) {
    const double zero = -intercept / slope;  // no lag is negative
    if (slope > 0) low = std::max(low, zero);
    if (slope < 0) high = std::min(high, zero);
  }
  if (low > high) return;
  for (double x : {low, high}) {
    line.steps.push_back(x);
    line.y.push_back(intercept + slope * x);
  }
  lines.curves.push_back(line);
}

// The data, not zero, sets the axis: a logarithm's zero means nothing.
void fit_y_axis(Lines& lines) {
  double low = INFINITY, high = -INFINITY;
  for (const Curve& curve : lines.curves) {
    for (double y : curve.y) {
      if (!std::isfinite(y)) continue;
      low = std::min(low, y);
      high = std::max(high, y);
    }
  }
  const double margin = std::max(0.05, 0.12 * (high - low));
  lines.y_low = low - margin;
  lines.y_high = high + margin;
}

// ": r = -0.870, 6 cells"; of several columns ": R of both = 0.870, 6 cells".
std::string quality_words(const LeastSquares& fit) {
  if (!fit.why_not.empty()) return ": no fit";
  const char* r = fit.slopes.size() > 1 ? "R of both" : "r";
  return fmt::format(": {} = {:.3f}, {} cells", r, fit.r, fit.n);
}

// One of the two logarithms, the other at its mean over runs.
std::optional<Panel> apart_panel(const Comparison& comparison, const TemperatureFit& fit,
                                 std::size_t column) {
  const Place place = column == 0 ? log10_rate : log10_batch;
  Lines lines = points_of(comparison, StepUnit::kSteps, place, LagScale::kLog10);
  if (lines.curves.empty()) return std::nullopt;
  if (fit.on_both.why_not.empty()) {
    const Place other = column == 0 ? log10_batch : log10_rate;
    double mean = 0;
    for (const RunGroup& cell : comparison.groups) mean += other(comparison.first_run(cell));
    mean /= static_cast<double>(comparison.groups.size());
    // The fit is in natural logarithms.
    const double intercept =
        fit.on_both.intercept / std::log(10) + fit.on_both.slopes[1 - column].value * mean;
    add_line(intercept, fit.on_both.slopes[column].value,
             "exponent " + slope_text(fit.on_both.slopes[column], comparison.confidence),
             Cut::kNowhere, lines);
  }
  fit_y_axis(lines);
  const std::string of = column == 0 ? "learning rate" : "batch size";
  return Panel{"log10 lag (steps) on log10 " + of + quality_words(fit.on_both),
               "log10 " + of,
               "log10 lag in steps",
               lines,
               {}};
}

std::vector<std::string> notes_of(const Comparison& comparison, const TemperatureFit& steps) {
  std::vector<std::string> notes = {
      "Lag: the step of " + event_title(comparison, lag_events(comparison).front()) +
          ". One point per run, in the middle between its records. T = peak learning rate / batch "
          "size. Least-squares fits, with Student's t, are over cells; a cell is the mean over its "
          "seeds.",
      "lr/batch is the noise scale of plain SGD, not of Adam. So log lag is also fitted on log "
      "learning rate and log batch size together. If T alone decided the lag in steps, the two "
      "exponents would sum to 0. Each line is drawn at the mean of the other quantity; R is the "
      "multiple correlation of that one fit. No lag is negative, so a line on T ends at 0.",
      "Examples are steps times batch size. T contains the batch size too, so a lag in examples "
      "has "
      "a slope on T even if the lag in steps has none."};
  if (steps.on_both.why_not.empty()) {
    notes.push_back("Sum of the exponents of the lag in steps: " +
                    slope_text(steps.on_both.sum, comparison.confidence) + ".");
  }
  if (!steps.on_temperature.why_not.empty()) {
    notes.push_back("No fit on T: " + steps.on_temperature.why_not + ".");
  }
  if (!steps.on_both.why_not.empty())
    notes.push_back("No fit of both: " + steps.on_both.why_not + ".");
  return notes;
}

}  // namespace

std::optional<Panel> temperature_panel(const Comparison& comparison, StepUnit unit) {
  if (!why_no_temperature(comparison).empty()) return std::nullopt;
  const TemperatureFit fit = fit_temperature(comparison, lag_events(comparison).front(), unit);
  Lines lines = points_of(comparison, unit, log10_temperature, LagScale::kPlain);
  if (lines.curves.empty() || lines.curves.size() > kMostDrawnGroups) return std::nullopt;
  const std::string title =
      fmt::format("Lag in {} on log10 T{}", unit_name(unit), quality_words(fit.on_temperature));
  if (fit.on_temperature.why_not.empty()) {
    const Slope& slope = fit.on_temperature.slopes[0];
    add_line(fit.on_temperature.intercept, slope.value,
             "slope " + slope_text(slope, comparison.confidence), Cut::kAtZero, lines);
  }
  return Panel{title,
               "log10 T, T = learning rate/batch size",
               std::string("lag (") + unit_name(unit) + ")",
               lines,
               {}};
}

std::vector<NamedDrawing> temperature_lag(const Comparison& comparison) {
  const std::string why = why_no_temperature(comparison);
  if (!why.empty()) return {{"temperature_lag", left_out(why)}};
  std::vector<Panel> panels;
  for (const StepUnit unit : kStepUnits) {
    if (const auto panel = temperature_panel(comparison, unit)) panels.push_back(*panel);
  }
  const TemperatureFit steps =
      fit_temperature(comparison, lag_events(comparison).front(), StepUnit::kSteps);
  for (std::size_t column : {0, 1}) {
    if (panels.empty()) break;
    if (const auto panel = apart_panel(comparison, steps, column)) panels.push_back(*panel);
  }
  Drawing drawing = drawing_of(comparison_page(comparison, "Lag by temperature"), panels, 3,
                               "no run measures the first-target loss");
  drawing.caption =
      "Lag against log10 of learning rate over batch size, and against each of the two, with fits.";
  drawing.page.notes = notes_of(comparison, steps);
  return {{"temperature_lag", drawing}};
}

}  // namespace kairo
