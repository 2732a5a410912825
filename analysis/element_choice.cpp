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
  timed.example_set = fmt::format("{} examples, seed {}", record.key.n_examples, record.key.seed);
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

// LD_clean - LD_corrupt of each example of one half.
Series whole_effect(const Record& record, Half half) {
  Series clean = element_of(record, record.quantity("ld_clean"), 0, half);
  const Series corrupt = element_of(record, record.quantity("ld_corrupt"), 0, half);
  for (std::size_t s = 0; s < clean.steps.size(); ++s) {
    for (std::size_t e = 0; e < clean.per_example[s].size(); ++e) {
      clean.per_example[s][e] -= corrupt.per_example[s][e];
    }
  }
  return clean;
}

// A step at which no element has an effect has no denominator to divide by.
std::vector<bool> defined_steps(const SeriesQuantity& effect, std::size_t n_steps) {
  const std::size_t size = static_cast<std::size_t>(effect.about.size());
  std::vector<bool> defined(n_steps, false);
  for (std::size_t i = 0; i < n_steps * size; ++i) {
    if (std::isfinite(effect.mean[i])) defined[i / size] = true;
  }
  return defined;
}

}  // namespace

TimedSeries attention_series(const RunData& run) {
  TimedSeries timed;
  timed.name = "attention_to_z";
  timed.title = "attention to z";
  timed.definition = "Attention from the predicting position q to z, summed over z, of one head.";
  timed.source = "attention_to_z/attention_to_z";
  timed.units = "probability";
  const SeriesQuantity* attention =
      searchable(run, "attention_to_z", "attention_to_z", timed.left_out);
  if (attention != nullptr && axes_of(attention->about) != "layer, head") {
    timed.left_out = "its record has the axes " + axes_of(attention->about) +
                     ": attention from q alone is timed (probes.attention_to_z.positions=query)";
  } else if (attention != nullptr) {
    choose(run, *run.record("attention_to_z"), *attention, {}, timed);
  }
  return timed;
}

TimedSeries head_score_series(const RunData& run, const std::string& kind) {
  TimedSeries timed;
  timed.name = kind;
  std::string words = kind;
  std::replace(words.begin(), words.end(), '_', '-');
  timed.title = words + " score";
  timed.definition = "Attention of one head to where a head of kind " + words +
                     " looks, on random tokens repeated once.";
  timed.source = "head_scores/" + kind;
  timed.units = "probability";
  const SeriesQuantity* scores = searchable(run, "head_scores", kind, timed.left_out);
  if (scores == nullptr) return timed;
  const Record& record = *run.record("head_scores");
  choose(run, record, *scores, {}, timed);
  timed.example_set =
      fmt::format("{} random sequences, seed {}", record.key.n_examples, record.key.seed);
  return timed;
}

TimedSeries effect_series(const RunData& run, const std::string& site) {
  TimedSeries timed;
  timed.name = "effect_" + site;
  timed.title = "causal effect on " + site;
  timed.definition =
      "Causal effect of patching one element of " + site +
      ", a ratio of means; undefined until the answer depends on z, so it cannot be timed before.";
  timed.source = "causal_patching/effect/" + site;
  timed.units = "1";
  timed.form = SeriesForm::kRatio;
  const SeriesQuantity* nats =
      searchable(run, "causal_patching", "effect_nats/" + site, timed.left_out);
  if (nats == nullptr) return timed;
  const Record& record = *run.record("causal_patching");
  for (const char* needed : {"ld_clean", "ld_corrupt"}) {
    if (searchable(run, "causal_patching", needed, timed.left_out) == nullptr) return timed;
  }
  timed.defined = defined_steps(record.quantity("effect/" + site), record.steps.size());
  timed.scale = whole_effect(record, Half::kTiming);
  choose(run, record, *nats, whole_effect(record, Half::kChoosing), timed);
  return timed;
}

}  // namespace kairo
