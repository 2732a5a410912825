#include "analysis/figures/from_run.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "analysis/final_values.h"
#include "analysis/step_words.h"
#include "analysis/task_analysis.h"

namespace kairo {
namespace {

constexpr std::size_t kNamedHeads = 3;

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

bool has_happened(const Transition& transition) {
  return transition.left_out.empty() && transition.crossing.status != EventStatus::kNone;
}

double time_of(const Transition& transition) {
  return has_happened(transition) ? static_cast<double>(transition.crossing.step)
                                  : std::numeric_limits<double>::infinity();
}

// "Events: 1 z gap > 0.5 nats: 700 · … · shaded: interval"
std::string events_in_one_line(const std::vector<Transition>& transitions) {
  const std::vector<int> numbers = event_numbers(transitions);
  std::vector<std::string> parts(transitions.size());
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Transition& each = transitions[i];
    const std::string when =
        has_happened(each) ? std::to_string(each.crossing.step) : status_name(each.crossing.status);
    if (!each.left_out.empty()) continue;
    parts[numbers[i] - 1] = fmt::format("{} {}: {}", numbers[i], each.event.title, when);
  }
  std::string line;
  for (const std::string& part : parts) {
    if (!part.empty()) line += (line.empty() ? "Events: " : " · ") + part;
  }
  return line.empty() ? "" : line + " · shaded: interval";
}

// The value of the last record where it is defined; -infinity where none is.
double last_value(const Curve& curve) {
  for (std::size_t i = curve.y.size(); i > 0; --i) {
    if (std::isfinite(curve.y[i - 1])) return curve.y[i - 1];
  }
  return -std::numeric_limits<double>::infinity();
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

std::vector<int> event_numbers(const std::vector<Transition>& transitions) {
  std::vector<std::size_t> order(transitions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return time_of(transitions[a]) < time_of(transitions[b]);
  });
  std::vector<int> numbers(transitions.size());
  for (std::size_t i = 0; i < order.size(); ++i) numbers[order[i]] = static_cast<int>(i) + 1;
  return numbers;
}

std::vector<Mark> marks_of(const std::vector<Transition>& transitions) {
  const std::vector<int> numbers = event_numbers(transitions);
  std::vector<Mark> marks;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Transition& each = transitions[i];
    if (!has_happened(each)) continue;
    Mark mark{static_cast<double>(each.crossing.step), std::to_string(numbers[i]),
              each.crossing.status == EventStatus::kConfirmed};
    mark.low = each.has_interval ? each.low : static_cast<double>(each.crossing.after);
    mark.high = each.has_interval ? each.high : static_cast<double>(each.crossing.step);
    if (mark.low < 0) mark.low = mark.step;  // from the first record on
    if (std::isinf(mark.high)) mark.high = static_cast<double>(each.last_step);
    marks.push_back(mark);
  }
  return marks;
}

std::vector<Level> thresholds_of(const std::vector<Transition>& transitions,
                                 const std::string& series) {
  const std::vector<int> numbers = event_numbers(transitions);
  std::vector<Level> levels;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Transition& each = transitions[i];
    if (!each.left_out.empty() || each.event.series != series) continue;
    levels.push_back(
        {fmt::format("threshold of event {}: {:.4g}", numbers[i], each.threshold_value),
         each.threshold_value, -1});
  }
  return levels;
}

std::vector<Level> ambiguity_level(const RunData& run) {
  if (!(run.ambiguity_nats > 0)) return {};
  const std::string& n = analysis_of(run.task).words.n_answers;
  return {
      {fmt::format("{} = {:.4g} nats", n.empty() ? "ambiguity" : "log " + n, run.ambiguity_nats),
       run.ambiguity_nats, -1}};
}

Page page_of(const FigureInputs& inputs, const std::string& title) {
  const RunData& run = inputs.run;
  Page page;
  page.title = title + " · " + run.experiment;
  page.subtitle = fmt::format("task {} · dataset of {} examples", run.task, run.n_examples);
  const std::string& n_answers = analysis_of(run.task).words.n_answers;
  if (run.ambiguity_nats > 0 && !n_answers.empty()) {
    page.subtitle += fmt::format(" · {} = {:.6g}", n_answers, std::exp(run.ambiguity_nats));
  }
  if (run.checkpoint_spacing > 0) {
    page.subtitle += fmt::format(" · a checkpoint every {} steps", run.checkpoint_spacing);
    const std::string denser = denser_words(recorded_steps(run), run.checkpoint_spacing);
    if (!denser.empty()) page.subtitle += ", " + denser;
  }
  if (probes_held_out(run)) page.subtitle += " · probes on held-out examples";
  page.events_line = events_in_one_line(inputs.transitions);
  return page;
}

std::vector<std::string> event_lines(const std::vector<Transition>& transitions) {
  const std::vector<int> numbers = event_numbers(transitions);
  std::vector<std::string> lines(transitions.size());
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    lines[numbers[i] - 1] = event_line(transitions[i]);
  }
  return lines;
}

void add_notes(Page& page, const RunData& run, const std::string& probe) {
  const std::vector<std::string>& notes = run.record(probe)->notes;
  page.notes.insert(page.notes.end(), notes.begin(), notes.end());
}

void name_few_heads(std::vector<Curve>& heads) {
  std::stable_sort(heads.begin(), heads.end(),
                   [](const Curve& a, const Curve& b) { return last_value(a) < last_value(b); });
  for (std::size_t i = 0; i < heads.size(); ++i) {
    Curve& head = heads[i];
    const std::size_t from_end = heads.size() - 1 - i;  // the largest are drawn last, above all
    if (from_end < kNamedHeads) {
      head.style = static_cast<int>(from_end);
      head.shared_name = "head " + head.name;
      continue;
    }
    head.style = -1;
    head.shared_name = "other heads";
    head.drawn = Drawn::kThinLine;
    head.half_band.clear();
  }
}

std::optional<Panel> heads_around_zero(const FigureInputs& inputs, const std::string& probe,
                                       const std::string& quantity, const std::string& title,
                                       const std::string& y_label) {
  const SeriesQuantity* found = find_quantity(inputs.run, probe, quantity, {"layer", "head"});
  if (found == nullptr) return std::nullopt;
  const Record& record = *inputs.run.record(probe);
  const std::vector<std::string> names = head_names(*found);
  Lines lines;
  for (std::size_t i = 0; i < names.size(); ++i) {
    lines.curves.push_back(curve_of(record, *found, static_cast<int64_t>(i), names[i], 0));
  }
  name_few_heads(lines.curves);
  lines.levels = {{"nothing", 0, -1}};
  lines.band_name = band_name(record, *found);
  return Panel{title, kStepLabel, y_label, lines, marks_of(inputs.transitions)};
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
