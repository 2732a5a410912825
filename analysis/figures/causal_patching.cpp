#include "analysis/figures/causal_patching.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/figures/chosen_steps.h"

namespace kairo {
namespace {

constexpr const char* kCausalPatchingProbe = "causal_patching";
// An effect is 1 where a patch does all; far beyond it is the noise of a small denominator.
constexpr double kMostColor = 1.5;

double largest(const std::vector<double>& values) {
  double most = 0;
  for (double each : values) {
    if (std::isfinite(each)) most = std::max(most, std::fabs(each));
  }
  return most;
}

// White at no effect; both colours reach as far as the largest effect of `steady`, to the next
// tenth. All of `values` are drawn.
ColorScale effect_scale(const std::vector<double>& values, const std::vector<double>& steady) {
  const double most = largest(values);
  const double limit = std::clamp(std::ceil(largest(steady) * 10 - 1e-9) / 10, 0.1, kMostColor);
  std::string label = "effect (1 = all)";
  if (most > limit) label += fmt::format(", colours end at ±{}", limit);
  return {ColorMap::kDiverging, -limit, limit, label, true};
}

std::vector<std::string> position_names(const RunData& run, const Axis& positions) {
  std::vector<std::string> names;
  for (int64_t each : positions.values) {
    const bool known = each >= 0 && each < static_cast<int64_t>(run.position_names.size());
    names.push_back(known ? run.position_names[each] : std::to_string(each));
  }
  return names;
}

Panel map_at(const FigureInputs& inputs, const SeriesQuantity& quantity, int64_t step,
             const ChosenStep& chosen) {
  HeatMap map;
  for (int64_t layer : quantity.about.axes[0].values) {
    map.row_names.push_back(std::to_string(layer));
  }
  map.column_names = position_names(inputs.run, quantity.about.axes[1]);
  const auto size = quantity.about.size();
  const auto first = quantity.mean.begin() + static_cast<int64_t>(chosen.index) * size;
  map.values.assign(first, first + size);
  map.scale.drawn = false;
  return {fmt::format("resid_pre, step {}{}", step, chosen.role.empty() ? "" : ": " + chosen.role),
          "position",
          "block",
          map,
          {}};
}

// The values of steps from which on the effect is defined at `n_more` further records (or at all
// that are left). One defined step between undefined ones is what two standard errors let through
// by chance, a small denominator, and its effects would pale all others.
std::vector<double> steady_values(const HeatMap& map, int64_t n_more) {
  const std::size_t n_steps = map.columns();
  std::vector<double> steady;
  for (std::size_t from = 0; from < n_steps; ++from) {
    const std::size_t to = std::min(n_steps, from + 1 + static_cast<std::size_t>(n_more));
    bool is_steady = true;
    for (std::size_t s = from; s < to; ++s) is_steady = is_steady && std::isfinite(map.value(0, s));
    if (!is_steady) continue;
    for (std::size_t row = 0; row < map.row_names.size(); ++row) {
      steady.push_back(map.value(row, from));
    }
  }
  return steady;
}

bool all_undefined(const std::vector<double>& values) {
  return std::none_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

}  // namespace

PanelRow patching_maps(const FigureInputs& inputs) {
  PanelRow row;
  const SeriesQuantity* quantity =
      find_quantity(inputs.run, kCausalPatchingProbe, "effect/resid_pre", {"layer", "pos"});
  if (quantity == nullptr) return row;
  const Record& record = *inputs.run.record(kCausalPatchingProbe);
  std::vector<double> drawn;
  for (const ChosenStep& chosen : choose_steps(record, *quantity, inputs.transitions)) {
    row.panels.push_back(map_at(inputs, *quantity, record.steps[chosen.index], chosen));
    const auto& values = std::get<HeatMap>(row.panels.back().content).values;
    drawn.insert(drawn.end(), values.begin(), values.end());
  }
  for (std::size_t i = 0; i < row.panels.size(); ++i) {
    ColorScale& scale = std::get<HeatMap>(row.panels[i].content).scale;
    scale = effect_scale(drawn, drawn);
    scale.drawn = i + 1 == row.panels.size();
  }
  row.title = "Causal patching: effect of the residual stream before each block, by position";
  return row;
}

std::optional<Panel> heads_map(const FigureInputs& inputs) {
  const SeriesQuantity* quantity =
      find_quantity(inputs.run, kCausalPatchingProbe, "effect/z", {"layer", "head"});
  if (quantity == nullptr || all_undefined(quantity->mean)) return std::nullopt;
  HeatMap map;
  map.row_names = head_names(*quantity);
  map.steps = steps_of(*inputs.run.record(kCausalPatchingProbe));
  map.values = rows_over_steps(*quantity, map.steps.size());
  map.scale = effect_scale(map.values, steady_values(map, inputs.run.transitions.hold_spacings));
  return Panel{"Patching effect of each head's output", kStepLabel, "layer.head", map,
               marks_of(inputs.transitions)};
}

std::string undefined_note(const RunData& run) {
  std::string sites;
  for (const auto& [site, axis] : {std::pair{"resid_pre", "pos"}, std::pair{"z", "head"}}) {
    const SeriesQuantity* quantity =
        find_quantity(run, kCausalPatchingProbe, std::string("effect/") + site, {"layer", axis});
    if (quantity == nullptr || !all_undefined(quantity->mean)) continue;
    sites += (sites.empty() ? "" : " and ") + std::string(site);
  }
  if (sites.empty()) return "";
  return "No map of the patching effects of " + sites +
         ": undefined at every step (runs that differ in z alone give the same logits within two "
         "standard errors).";
}

std::optional<Panel> z_dependence_panel(const FigureInputs& inputs) {
  const SeriesQuantity* quantity =
      find_quantity(inputs.run, kCausalPatchingProbe, "z_dependence", {});
  if (quantity == nullptr) return std::nullopt;
  const Record& record = *inputs.run.record(kCausalPatchingProbe);
  Lines lines;
  lines.curves.push_back(curve_of(record, *quantity, 0, "p(a | z) − p(a | another z)", 0));
  lines.band_name = band_name(record, *quantity);
  lines.y_high = 1;  // an axis of its own would magnify noise before the transition
  return Panel{"Dependence of the answer on z", kStepLabel, "z dependence (probability)", lines,
               marks_of(inputs.transitions)};
}

Drawing causal_patching(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Causal patching");
  PanelRow maps = patching_maps(inputs);
  maps.height = 300;
  if (!maps.panels.empty()) drawing.page.rows.push_back(std::move(maps));
  add_row(drawing.page, {heads_map(inputs), z_dependence_panel(inputs)}, 420);
  if (drawing.page.rows.empty()) return left_out(why_missing(inputs.run, kCausalPatchingProbe));
  if (inputs.run.record(kCausalPatchingProbe)->has("effect/resid_pre")) {
    drawing.page.notes = {
        "An activation of one run is put into a run that differs in z alone. Effect: the share of "
        "the difference in logit a − logit a' that it moves (mean over pairs divided by mean over "
        "pairs). Undefined: the two runs differ by less than two standard errors; a lone step that "
        "is defined among others that are not is what chance lets through."};
  }
  const std::string note = undefined_note(inputs.run);
  if (!note.empty()) drawing.page.notes.push_back(note);
  drawing.caption =
      "Effect of patching the residual stream by layer and position and each head, and how much "
      "the answer depends on z.";
  return drawing;
}

}  // namespace kairo
