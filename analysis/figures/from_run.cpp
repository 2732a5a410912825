#include "analysis/figures/from_run.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/final_values.h"
#include "analysis/report/step_words.h"

namespace kairo {
namespace {

bool has_axes(const SeriesQuantity& quantity, const std::vector<std::string>& axes) {
  return std::equal(axes.begin(), axes.end(), quantity.about.axes.begin(),
                    quantity.about.axes.end(),
                    [](const std::string& name, const Axis& axis) { return name == axis.name; });
}

// Records carry their settings as JSON text; the split stands there by its name in the options.
bool probes_held_out(const RunData& run) {
  return std::any_of(run.records.begin(), run.records.end(), [](const auto& each) {
    return each.second.key.settings.find("\"held_out\"") != std::string::npos;
  });
}

std::string event_line(const Transition& transition) {
  std::string when = "not measured (" + transition.left_out + ")";
  if (transition.left_out.empty()) {
    when = describe(transition);
    switch (transition.crossing.status) {
      case EventStatus::kConfirmed:
        when = "step " + when;
        break;
      case EventStatus::kUnconfirmed:
        when += fmt::format(" (dotted; the records end before it has held for {} steps)",
                            transition.hold_spacings * transition.spacing);
        break;
      case EventStatus::kNone:
        when = fmt::format("not reached by step {}", transition.last_step);
        break;
    }
  }
  return fmt::format("{}: {}", transition.event.title, when);
}

}  // namespace

const SeriesQuantity* find_quantity(const RunData& run, const std::string& probe,
                                    const std::string& quantity,
                                    const std::vector<std::string>& axes) {
  const Record* record = run.record(probe);
  if (record == nullptr || record->steps.empty() || !record->has(quantity)) return nullptr;
  const SeriesQuantity& found = record->quantity(quantity);
  return has_axes(found, axes) && found.about.size() > 0 ? &found : nullptr;
}

std::string why_missing(const RunData& run, const std::string& probe) {
  const auto reason = run.left_out.find(probe);
  if (reason != run.left_out.end()) return reason->second;
  if (run.record(probe) == nullptr) return "no record of " + probe;
  return "the record of " + probe + " lacks the quantities of this figure";
}

Drawing left_out(const std::string& why) {
  Drawing drawing;
  drawing.left_out = why;
  return drawing;
}

std::vector<double> steps_of(const Record& record) {
  return {record.steps.begin(), record.steps.end()};
}

Curve curve_of(const Record& record, const SeriesQuantity& quantity, int64_t index,
               const std::string& name, int style) {
  Curve curve;
  curve.name = name;
  curve.style = style;
  curve.steps = steps_of(record);
  const std::size_t size = static_cast<std::size_t>(quantity.about.size());
  bool any = false;
  for (std::size_t s = 0; s < record.steps.size(); ++s) {
    curve.y.push_back(quantity.mean[s * size + index]);
    curve.half_band.push_back(2 * quantity.standard_error[s * size + index]);
    any = any || curve.half_band.back() > 0;
  }
  if (!any) curve.half_band.clear();
  return curve;
}

std::string band_name(const Record& record, const SeriesQuantity& quantity) {
  int64_t least = record.key.n_examples, most = record.key.n_examples;
  if (!quantity.n_examples.empty()) {
    const auto [low, high] =
        std::minmax_element(quantity.n_examples.begin(), quantity.n_examples.end());
    least = *low;
    most = *high;
  }
  const std::string n = least == most ? std::to_string(most) : fmt::format("{}–{}", least, most);
  return "± 2 standard errors over " + n + " examples";
}

std::vector<std::string> head_names(const SeriesQuantity& quantity) {
  std::vector<std::string> names;
  for (int64_t layer : quantity.about.axes[0].values) {
    for (int64_t head : quantity.about.axes[1].values) {
      names.push_back(fmt::format("{}.{}", layer, head));
    }
  }
  return names;
}

std::vector<double> rows_over_steps(const SeriesQuantity& quantity, std::size_t n_steps) {
  const std::size_t rows = static_cast<std::size_t>(quantity.about.size());
  std::vector<double> values(rows * n_steps);
  for (std::size_t s = 0; s < n_steps; ++s) {
    for (std::size_t row = 0; row < rows; ++row) {
      values[row * n_steps + s] = quantity.mean[s * rows + row];
    }
  }
  return values;
}

std::vector<Mark> marks_of(const std::vector<Transition>& transitions) {
  std::vector<Mark> marks;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Transition& each = transitions[i];
    if (!each.left_out.empty() || each.crossing.status == EventStatus::kNone) continue;
    marks.push_back({static_cast<double>(each.crossing.step), std::to_string(i + 1),
                     each.crossing.status == EventStatus::kConfirmed});
  }
  return marks;
}

std::vector<Level> thresholds_of(const std::vector<Transition>& transitions,
                                 const std::string& series) {
  std::vector<Level> levels;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Transition& each = transitions[i];
    if (!each.left_out.empty() || each.event.series != series) continue;
    levels.push_back({fmt::format("threshold of event {}: {:.4g}", i + 1, each.threshold_value),
                      each.threshold_value, -1});
  }
  return levels;
}

std::vector<Level> log_k_level(const RunData& run) {
  if (!(run.ambiguity_nats > 0)) return {};
  return {{fmt::format("log K = {:.4g} nats", run.ambiguity_nats), run.ambiguity_nats, -1}};
}

double chance(const RunData& run) {
  return run.ambiguity_nats > 0 ? std::exp(-run.ambiguity_nats) : 0;
}

Page page_of(const FigureInputs& inputs, const std::string& title) {
  const RunData& run = inputs.run;
  Page page;
  page.title = title + " · " + run.experiment;
  page.subtitle = fmt::format("task {} · dataset of {} examples", run.task, run.n_examples);
  if (run.ambiguity_nats > 0) {
    page.subtitle += fmt::format(" · K = {:.6g}", std::exp(run.ambiguity_nats));
  }
  if (run.checkpoint_spacing > 0) {
    page.subtitle += fmt::format(" · a checkpoint every {} steps", run.checkpoint_spacing);
    const std::string denser = denser_words(recorded_steps(run), run.checkpoint_spacing);
    if (!denser.empty()) page.subtitle += ", " + denser;
  }
  if (probes_held_out(run)) page.subtitle += " · probes on held-out examples";
  for (const Transition& each : inputs.transitions) page.events.push_back(event_line(each));
  return page;
}

void add_notes(Page& page, const RunData& run, const std::string& probe) {
  const std::vector<std::string>& notes = run.record(probe)->notes;
  page.notes.insert(page.notes.end(), notes.begin(), notes.end());
}

void add_row(Page& page, const std::vector<std::optional<Panel>>& panels, double height) {
  PanelRow row;
  row.height = height;
  for (const auto& each : panels) {
    if (each) row.panels.push_back(*each);
  }
  if (!row.panels.empty()) page.rows.push_back(std::move(row));
}

}  // namespace kairo
