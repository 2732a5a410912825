#include "analysis/element_choice.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "analysis/stats/rise.h"

namespace kairo {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

enum class Half { kChoosing, kTiming };

bool is_in(Half half, int64_t example) { return (example % 2 == 0) == (half == Half::kChoosing); }

// Element `index` of the axes over all steps, the other half's examples NaN.
Series element_of(const Record& record, const SeriesQuantity& quantity, int64_t index, Half half) {
  const int64_t size = quantity.about.size(), rows = quantity.per_example_rows;
  Series series;
  series.name = record.key.probe + "/" + quantity.about.name;
  series.steps = record.steps;
  series.n_examples = rows;
  for (std::size_t s = 0; s < record.steps.size(); ++s) {
    std::vector<float> row(rows, kNaN);
    for (int64_t e = 0; e < rows; ++e) {
      if (is_in(half, e)) {
        row[e] = quantity.per_example[(static_cast<int64_t>(s) * rows + e) * size + index];
      }
    }
    series.per_example.push_back(std::move(row));
  }
  return series;
}

// "layer 2, head 1"; a position with its name: "layer 2, pos 10 (SEP)".
std::string element_name(const RunData& run, const Quantity& about, int64_t index) {
  std::string name;
  int64_t rest = index, size = about.size();
  for (const Axis& axis : about.axes) {
    size /= static_cast<int64_t>(axis.values.size());
    const auto at = static_cast<std::size_t>(rest / size);
    const int64_t value = axis.values[at];
    rest %= size;
    name += fmt::format("{}{} {}", name.empty() ? "" : ", ", axis.name, axis.coordinate(at));
    const bool named =
        axis.name == "pos" && value >= 0 && value < static_cast<int64_t>(run.position_names.size());
    if (named) name += " (" + run.position_names[value] + ")";
  }
  return name;
}

std::string axes_of(const Quantity& about) {
  std::string axes;
  for (const Axis& axis : about.axes) axes += (axes.empty() ? "" : ", ") + axis.name;
  return axes;
}

// Puts the element that rises most into `timed`, whose form, scale and defined steps are there.
void choose(const RunData& run, const Record& record, const SeriesQuantity& quantity,
            const Series& scale_for_choice, TimedSeries& timed) {
  const RiseRule rule = rise_rule(run, record.steps);
  TimedSeries candidate = timed;
  candidate.scale = scale_for_choice;
  int64_t best = 0;
  double most = -std::numeric_limits<double>::infinity();
  for (int64_t i = 0; i < quantity.about.size(); ++i) {
    candidate.values = element_of(record, quantity, i, Half::kChoosing);
    const RiseLevels levels = rise_levels(record.steps, mean_curve(candidate), rule);
    if (!(levels.end - levels.start > most)) continue;
    most = levels.end - levels.start;
    best = i;
  }
  timed.values = element_of(record, quantity, best, Half::kTiming);
  timed.choice = {quantity.about.size(), axes_of(quantity.about),
                  element_name(run, quantity.about, best)};
  timed.title += " of " + timed.choice.chosen;
}

// The quantity with per-example values of at least two examples, or why there is none.
const SeriesQuantity* searchable(const RunData& run, const std::string& probe,
                                 const std::string& name, std::string& why_not) {
  why_not = why_no_series(run, probe + "/" + name);
  if (!why_not.empty()) return nullptr;
  const SeriesQuantity& quantity = run.record(probe)->quantity(name);
  if (quantity.per_example_rows < 2 || quantity.about.size() < 1) {
    why_not = "the record of " + probe + "/" + name + " keeps no values of single examples";
    return nullptr;
  }
  return &quantity;
}

// The difference that a ratio is of, for each example of one half.
Series difference_of(const Record& record, const std::vector<std::string>& whole, Half half) {
  Series all = element_of(record, record.quantity(whole.at(0)), 0, half);
  const Series less = element_of(record, record.quantity(whole.at(1)), 0, half);
  for (std::size_t s = 0; s < all.steps.size(); ++s) {
    for (std::size_t e = 0; e < all.per_example[s].size(); ++e) {
      all.per_example[s][e] -= less.per_example[s][e];
    }
  }
  return all;
}

// A step at which no element has an effect has no denominator to divide by.
std::vector<bool> defined_steps(const SeriesQuantity& ratio, std::size_t n_steps) {
  const std::size_t size = static_cast<std::size_t>(ratio.about.size());
  std::vector<bool> defined(n_steps, false);
  for (std::size_t i = 0; i < n_steps * size; ++i) {
    if (std::isfinite(ratio.mean[i])) defined[i / size] = true;
  }
  return defined;
}

void choose_ratio(const RunData& run, const SeriesSpec& spec, const std::string& probe,
                  TimedSeries& timed) {
  const SeriesQuantity* part = searchable(run, probe, spec.part, timed.left_out);
  if (part == nullptr) return;
  for (const std::string& needed : spec.whole) {
    if (searchable(run, probe, needed, timed.left_out) == nullptr) return;
  }
  const Record& record = *run.record(probe);
  const std::string ratio = spec.source.substr(probe.size() + 1);
  timed.defined = defined_steps(record.quantity(ratio), record.steps.size());
  timed.scale = difference_of(record, spec.whole, Half::kTiming);
  choose(run, record, *part, difference_of(record, spec.whole, Half::kChoosing), timed);
}

}  // namespace

void choose_element(const RunData& run, const SeriesSpec& spec, TimedSeries& timed) {
  const std::string probe = probe_of(spec.source);
  if (timed.form == SeriesForm::kRatio) return choose_ratio(run, spec, probe, timed);
  const SeriesQuantity* many =
      searchable(run, probe, spec.source.substr(probe.size() + 1), timed.left_out);
  if (many == nullptr) return;
  if (!spec.axes.empty() && axes_of(many->about) != spec.axes) {
    timed.left_out = "its record has the axes " + axes_of(many->about) + ": " + spec.why_axes;
    return;
  }
  choose(run, *run.record(probe), *many, {}, timed);
}

}  // namespace kairo
