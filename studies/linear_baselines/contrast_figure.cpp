#include "studies/linear_baselines/contrast_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kairo::linear_baselines {
namespace {

constexpr const char* kStepLabel = "training step";
constexpr std::size_t kDirections = 5;                // drawn of all
constexpr double kLeastError = 1e-8;                  // below it is rounding and of no interest
constexpr int kInverse = 0, kSelector = 2, kRun = 1;  // styles
constexpr int kClosedForm = 13;                       // black, dashed
constexpr const char* kClosedFormName = "closed form";

// Element `index` of the axes over all steps.
Curve curve_of(const Record& record, const std::string& quantity, std::size_t index,
               const std::string& name, int style) {
  const SeriesQuantity& found = record.quantity(quantity);
  const auto size = static_cast<std::size_t>(found.about.size());
  Curve curve;
  curve.name = name;
  curve.style = style;
  curve.steps.assign(record.steps.begin(), record.steps.end());
  for (std::size_t i = 0; i < record.steps.size(); ++i) {
    curve.y.push_back(found.mean[i * size + index]);
  }
  return curve;
}

std::optional<Curve> curve_of(const Metrics& metrics, const std::string& column,
                              const std::string& name, int style) {
  if (!metrics.has(column)) return std::nullopt;
  Curve curve;
  curve.name = name;
  curve.style = style;
  curve.steps.assign(metrics.steps.begin(), metrics.steps.end());
  curve.y = metrics.columns.at(column);
  return curve;
}

Curve over_first(Curve curve) {
  const double first = curve.y.empty() ? 1 : curve.y.front();
  for (double& y : curve.y) y /= first;
  return curve;
}

std::optional<Panel> shape_panel(const ContrastInputs& inputs) {
  Lines lines;
  if (inputs.inverse) {
    lines.curves.push_back(
        over_first(curve_of(*inputs.inverse, "loss", 0, "linear inverse", kInverse)));
  }
  if (inputs.selector) {
    lines.curves.push_back(
        over_first(curve_of(*inputs.selector, "loss", 0, "linear selector", kSelector)));
  }
  const std::string name = inputs.experiment + ": first-target loss";
  if (const auto curve = curve_of(inputs.run, "first_target_loss", name, kRun)) {
    lines.curves.push_back(over_first(*curve));
  }
  if (lines.curves.empty()) return std::nullopt;
  return Panel{"Loss over its first value", kStepLabel, "loss / first loss", lines, {}};
}

Curve of_visible_size(Curve curve) {
  for (double& y : curve.y) {
    if (!(y >= kLeastError)) y = kUnset;
  }
  return curve;
}

// Directions evenly over all, hence log-spaced in their singular value.
std::vector<std::size_t> drawn_directions(std::size_t n) {
  std::vector<std::size_t> chosen;
  const std::size_t most = std::min(n, kDirections);
  for (std::size_t i = 0; i < most; ++i) chosen.push_back(i * (n - 1) / (most - 1));
  return chosen;
}

std::optional<Panel> directions_panel(const ContrastInputs& inputs) {
  if (!inputs.inverse) return std::nullopt;
  Lines lines;
  lines.log_y = true;
  std::vector<Curve> closed_forms;
  int style = 0;
  for (std::size_t i : drawn_directions(inputs.singular_values.size())) {
    const std::string name = fmt::format("s = {:.2g}", inputs.singular_values[i]);
    lines.curves.push_back(of_visible_size(curve_of(*inputs.inverse, "error", i, name, style++)));
    Curve closed_form = of_visible_size(curve_of(*inputs.inverse, "error_closed_form", i,
                                                 kClosedFormName + (", " + name), kClosedForm));
    closed_form.shared_name = kClosedFormName;
    closed_forms.push_back(closed_form);
  }
  lines.curves.insert(lines.curves.end(), closed_forms.begin(), closed_forms.end());
  return Panel{
      "Linear inverse: error by direction", kStepLabel, "squared error along direction", lines, {}};
}

std::optional<Panel> selector_gap_panel(const ContrastInputs& inputs) {
  if (!inputs.selector) return std::nullopt;
  const Record& record = *inputs.selector;
  Lines lines;
  lines.curves.push_back(curve_of(record, "selector_gap", 0, "linear selector", kSelector));
  lines.curves.push_back(
      curve_of(record, "selector_gap_closed_form", 0, kClosedFormName, kClosedForm));
  const double best = record.quantity("best_linear_gap").mean.front();
  const double table = record.quantity("true_map_gap").mean.front();
  lines.levels = {{fmt::format("best linear gap {:.3g}", best), best, kSelector},
                  {fmt::format("gap of the true map {:.3g}", table), table, -1}};
  // Gaps near 0 go below it.
  lines.y_high = 1.15 * table;
  lines.y_low = -0.05 * table;
  return Panel{"Linear selector: gap", kStepLabel, "squared error / 2", lines, {}};
}

std::optional<Panel> run_gap_panel(const ContrastInputs& inputs) {
  const auto curve = curve_of(inputs.run, "z_shuffle_gap", inputs.experiment + ": z gap", kRun);
  if (!curve) return std::nullopt;
  Lines lines;
  lines.curves.push_back(*curve);
  return Panel{"The run: z gap", kStepLabel, "z gap (nats)", lines, {}};
}

std::vector<std::string> notes(const ContrastInputs& inputs) {
  std::vector<std::string> notes;
  if (inputs.inverse) {
    notes.push_back(
        inputs.inverse_batch_size == 0
            ? "Linear inverse: trained with the expected gradient. Closed form: (1 − rate "
              "s²)^(2t), "
              "where s is the singular value of the direction."
            : fmt::format(
                  "Linear inverse: the closed form is the expectation over batches of {}. "
                  "Each step multiplies the error by (1 − rate s²)² and adds noise from the "
                  "directions not learned yet, so fast directions stop falling.",
                  inputs.inverse_batch_size));
  }
  if (inputs.selector) {
    notes.push_back(fmt::format(
        "Linear selector: the closed form is best · (1 − (1 − rate/K)^t). A share of {:.3g} of "
        "what "
        "the selector decides was made linear. A linear model cannot see the rest, so its loss "
        "stops there. The task itself has no linear part.",
        inputs.linear_share));
    if (inputs.run.has("z_shuffle_gap")) {
      notes.push_back(
          "The two gaps have different units. Compare when and how they rise, not their heights.");
    }
  }
  return notes;
}

}  // namespace

Page contrast_page(const ContrastInputs& inputs) {
  Page page;
  page.title = "Linear baselines";
  if (!inputs.experiment.empty()) page.title += " · " + inputs.experiment;
  page.subtitle = "linear control models with known learning curves, next to a run";
  PanelRow above;
  above.height = 380;
  for (const auto& panel : {shape_panel(inputs), directions_panel(inputs)}) {
    if (panel) above.panels.push_back(*panel);
  }
  if (!above.panels.empty()) page.rows.push_back(above);
  // Different units: an axis each, one above the other, over the same steps.
  for (const auto& panel : {selector_gap_panel(inputs), run_gap_panel(inputs)}) {
    if (!panel) continue;
    PanelRow row;
    row.height = 220;
    row.panels.push_back(*panel);
    page.rows.push_back(row);
  }
  page.notes = notes(inputs);
  return page;
}

}  // namespace kairo::linear_baselines
