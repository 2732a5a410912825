#include "analysis/transition.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

namespace kairo {
namespace {

void add_interval(Transition& t, const Series& series, const TransitionsOptions& options,
                  ResampleCache& resamples) {
  const int64_t rows = static_cast<int64_t>(series.per_example.front().size());
  const BootstrapInterval interval =
      bootstrap_crossing(series, t.event, {t.spacing, t.hold_spacings}, t.crossing,
                         resamples.get(rows), options.confidence);
  t.share_never = interval.share_never;
  t.bootstrap_samples = options.bootstrap_samples;
  t.confidence = options.confidence;
  if (t.crossing.status == EventStatus::kNone) return;
  t.has_interval = true;
  t.low = interval.low;
  t.high = interval.high;
}

// The widest step between two records inside the interval.
int64_t widest_gap(const Transition& t, const std::vector<int64_t>& steps) {
  int64_t widest = 0;
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const bool is_inside =
        static_cast<double>(steps[i]) >= t.low && static_cast<double>(steps[i + 1]) <= t.high;
    if (is_inside) widest = std::max(widest, steps[i + 1] - steps[i]);
  }
  return widest;
}

// A refined window makes the step exact; the interval over examples still ends at older records.
std::string narrowing_command(const Transition& t, const std::vector<int64_t>& steps,
                              const std::string& flags) {
  if (!t.has_interval || !std::isfinite(t.high) || t.crossing.after < 0) return "";
  const int64_t fine = t.crossing.step - t.crossing.after;
  if (fine >= t.spacing || widest_gap(t, steps) <= fine) return "";
  return fmt::format("train {} --refine {:.0f}:{:.0f} --every {}", flags, std::floor(t.low),
                     std::ceil(t.high), fine);
}

int rank_in_time(const Transition& t) {
  if (!t.left_out.empty()) return 2;
  return t.crossing.step < 0 ? 1 : 0;
}

Transition transition_of(const RunData& run, const Event& event, ResampleCache& resamples) {
  Transition t;
  t.event = event;
  t.left_out = why_no_series(run, event.series);
  if (!t.left_out.empty()) return t;
  const Series series = *find_series(run, event.series);
  t.threshold_value = threshold_of(event, series.mean);
  if (!std::isfinite(t.threshold_value)) {
    t.left_out = "the first value of " + event.series + " is undefined";
    return t;
  }
  t.n_examples = series.n_examples;
  t.n_steps = static_cast<int64_t>(series.steps.size());
  t.first_step = series.steps.front();
  t.last_step = series.steps.back();
  t.spacing = spacing_before_refinement(series.steps, run.checkpoint_spacing);
  t.hold_spacings = run.transitions.hold_spacings;
  t.crossing = find_crossing(series.steps, series.mean, event.side, t.threshold_value, t.spacing,
                             t.hold_spacings);
  const bool can_resample = !series.per_example.empty() && !series.per_example.front().empty();
  if (can_resample && run.transitions.bootstrap_samples > 0) {
    add_interval(t, series, run.transitions, resamples);
    // Results apart from the run mean that it may only be read, and a refinement adds checkpoints.
    if (run.results_dir.empty()) {
      t.narrower = narrowing_command(t, series.steps, experiment_flags(run));
    }
  }
  return t;
}

std::string interval_text(const Transition& t) {
  if (!t.has_interval) return "";
  const std::string high =
      std::isinf(t.high) ? "beyond the last record" : fmt::format("{:.0f}", t.high);
  return fmt::format(", {:g} % interval {:.0f}-{}", 100 * t.confidence, t.low, high);
}

}  // namespace

std::vector<Transition> find_transitions(const RunData& run, ResampleCache& resamples) {
  std::vector<Transition> transitions;
  for (const Event& event : named_events(run)) {
    transitions.push_back(transition_of(run, event, resamples));
  }
  return transitions;
}

std::vector<Transition> find_transitions(const RunData& run) {
  ResampleCache resamples(run.transitions.bootstrap_samples, run.transitions.seed);
  return find_transitions(run, resamples);
}

std::vector<Transition> in_time(std::vector<Transition> transitions) {
  std::stable_sort(transitions.begin(), transitions.end(),
                   [](const Transition& a, const Transition& b) {
                     const int rank_a = rank_in_time(a), rank_b = rank_in_time(b);
                     if (rank_a != rank_b) return rank_a < rank_b;
                     return rank_a == 0 && a.crossing.step < b.crossing.step;
                   });
  return transitions;
}

std::string status_name(const Transition& transition) {
  if (!transition.left_out.empty()) return "left_out";
  return status_name(transition.crossing.status);
}

std::string describe(const Transition& transition) {
  if (!transition.left_out.empty()) return "left out: " + transition.left_out;
  const Crossing& crossing = transition.crossing;
  if (crossing.status == EventStatus::kNone) return "none";
  if (crossing.status == EventStatus::kUnconfirmed) {
    return fmt::format("unconfirmed from {}", crossing.step);
  }
  const std::string lies = crossing.after < 0
                               ? " (from the first record on)"
                               : fmt::format(" ({}, {}]", crossing.after, crossing.step);
  const std::string narrower = transition.narrower.empty()
                                   ? ""
                                   : "; to narrow it: " + transition.narrower + ", then analyze";
  return std::to_string(crossing.step) + lies + interval_text(transition) + narrower;
}

}  // namespace kairo
