#include "studies/late_disambiguation/figures/causal_patching.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/figures/chosen_steps.h"

namespace kairo::late_disambiguation {
namespace {

constexpr const char* kCausalPatchingProbe = "causal_patching";

bool all_undefined(const std::vector<double>& values) {
  return std::none_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

// Values so much below 0, as a share of the largest, are worth a colour of their own.
constexpr double kNegativeShare = 0.1;

// The effect in nats: as a share of what z decides it would look complete before z decides
// anything.
const SeriesQuantity* effect_nats(const RunData& run, const std::string& site,
                                  const std::string& axis) {
  const SeriesQuantity* nats =
      find_quantity(run, kCausalPatchingProbe, "effect_nats/" + site, {"layer", axis});
  const SeriesQuantity* share =
      find_quantity(run, kCausalPatchingProbe, "effect/" + site, {"layer", axis});
  return share == nullptr || all_undefined(share->mean) ? nullptr : nats;
}

// Lowest and highest effect in nats of residual streams and heads; 0 is always among them.
Range effect_range(const RunData& run) {
  Range range{0, 0};
  for (const auto& [site, axis] : {std::pair{"resid_pre", "pos"}, std::pair{"z", "head"}}) {
    const SeriesQuantity* quantity = effect_nats(run, site, axis);
    if (quantity == nullptr) continue;
    for (double value : quantity->mean) {
      if (!std::isfinite(value)) continue;
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
  }
  return range;
}

// One scale for every map of effects. It begins at 0 unless effects go far below.
ColorScale effect_scale(const RunData& run) {
  const Range range = effect_range(run);
  const double most = std::max(range.high, 0.1);
  const std::vector<double> ticks = nice_ticks({0, most}, kYTicks);
  const double step = (ticks.size() > 1 ? ticks[1] - ticks[0] : most) / 5;
  const double high = std::ceil(most / step - 1e-9) * step;
  if (range.low >= -kNegativeShare * range.high) {
    return {ColorMap::kSequential, 0, high, "effect (nats)", true};
  }
  const double limit = std::max(high, std::ceil(-range.low / step) * step);
  return {ColorMap::kDiverging, -limit, limit, "effect (nats)", true};
}

// q, which predicts the first target token, is the second SEP: two positions of one name would not
// say which is which.
std::vector<std::string> position_names(const RunData& run, const Axis& positions) {
  const auto target = run.spans.find("target");
  std::vector<std::string> names;
  for (int64_t each : positions.values) {
    const bool known = each >= 0 && each < static_cast<int64_t>(run.position_names.size());
    const bool is_q = target != run.spans.end() && each == target->second.begin - 1;
    names.push_back(is_q ? "q" : known ? run.position_names[each] : std::to_string(each));
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
  return {fmt::format("Step {}{}", step, chosen.role.empty() ? "" : " (" + chosen.role + ")"),
          "position",
          "block",
          map,
          {}};
}

}  // namespace

PanelRow patching_maps(const FigureInputs& inputs) {
  PanelRow row;
  const SeriesQuantity* quantity = effect_nats(inputs.run, "resid_pre", "pos");
  if (quantity == nullptr) return row;
  const Record& record = *inputs.run.record(kCausalPatchingProbe);
  for (const ChosenStep& chosen : choose_steps(record, *quantity)) {
    row.panels.push_back(map_at(inputs, *quantity, record.steps[chosen.index], chosen));
    ColorScale& scale = std::get<HeatMap>(row.panels.back().content).scale;
    scale = effect_scale(inputs.run);
    scale.drawn = false;
  }
  if (row.panels.empty()) return row;
  std::get<HeatMap>(row.panels.back().content).scale.drawn = true;
  row.title =
      "Causal patching of the residual stream before each block: first steps at 10, 50 and 90 % of "
      "the largest effect";
  return row;
}

std::optional<Panel> heads_map(const FigureInputs& inputs) {
  const SeriesQuantity* quantity = effect_nats(inputs.run, "z", "head");
  if (quantity == nullptr) return std::nullopt;
  HeatMap map;
  map.row_names = head_names(*quantity);
  map.steps = steps_of(*inputs.run.record(kCausalPatchingProbe));
  map.values = rows_over_steps(*quantity, map.steps.size());
  map.scale = effect_scale(inputs.run);
  return Panel{"Patching effect of each head's output", kStepLabel, "layer.head", map,
               marks_of(inputs.transitions)};
}

std::string clipped_note(const FigureInputs& inputs) {
  const double low = effect_range(inputs.run).low;
  if (!(low < 0) || effect_scale(inputs.run).map == ColorMap::kDiverging) return "";
  return fmt::format(
      "Patching maps: effects below 0 (the lowest is {:.2g} nats) have the colour of 0.", low);
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
        "Each map replaces one activation of a run on (B, z) by that of a run on (B, z'), which "
        "differs in z alone. Effect: how many nats of logit a − logit a' this takes away. It is "
        "near 0 as long as the answer does not depend on z. q predicts the first target token. "
        "Steps: the first at which the largest effect reaches 10, 50 and 90 % of the largest of "
        "all, and the last. The shares of the difference (1: all of it) are in the record."};
  }
  const std::string clipped = clipped_note(inputs);
  if (!clipped.empty()) drawing.page.notes.push_back(clipped);
  const std::string note = undefined_note(inputs.run);
  if (!note.empty()) drawing.page.notes.push_back(note);
  drawing.caption =
      "Which positions, blocks and heads carry the effect of z on the answer, and how much the "
      "answer depends on z.";
  return drawing;
}

}  // namespace kairo::late_disambiguation
