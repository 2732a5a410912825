#include "analysis/findings.h"

namespace kairo {
namespace {

std::vector<std::vector<double>> replicates_of(const TimedSeries& series,
                                               ResampleCache& resamples) {
  if (series.is_exact()) return {};
  const auto n_rows = static_cast<int64_t>(series.values.per_example.front().size());
  return resampled_curves(series, resamples.get(n_rows));
}

SeriesFinding measure(const RunData& run, TimedSeries series, ResampleCache& resamples) {
  SeriesFinding finding;
  finding.series = std::move(series);
  if (!finding.series.left_out.empty()) return finding;
  const std::vector<int64_t>& steps = finding.series.steps();
  const TransitionsOptions& options = run.transitions;
  const RiseRule rule = rise_rule(run, steps);
  finding.n_examples = fewest_examples(finding.series);
  finding.first_step = steps.front();
  finding.last_step = steps.back();
  const std::vector<double> curve = mean_curve(finding.series);
  const auto replicates = replicates_of(finding.series, resamples);
  if (finding.series.bounded) {
    finding.rise = measure_rise(steps, curve, replicates, rule, options.confidence);
  }
  finding.sharpness =
      measure_sharpness(steps, curve, replicates, rule.hold.spacing, options.confidence);
  finding.change_point = find_change_point(
      steps, curve, {rule.hold.spacing, options.change_point_bic, options.confidence});
  return finding;
}

std::vector<Order> orders_of(const std::vector<SeriesFinding>& series, double confidence) {
  std::vector<OrderedSeries> ordered;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const SeriesFinding& each = series[i];
    if (!each.series.bounded || !each.series.left_out.empty()) continue;
    ordered.push_back({i, each.series.example_set, each.first_step, &each.rise});
  }
  return find_orders(ordered, confidence);
}

// The values of examples are large and no report needs them.
void drop_examples(SeriesFinding& finding) {
  finding.rise.replicates.clear();
  finding.series.values.per_example.clear();
  finding.series.scale.per_example.clear();
}

}  // namespace

Findings find_all(const RunData& run) {
  ResampleCache resamples(run.transitions.bootstrap_samples, run.transitions.seed);
  Findings findings;
  findings.transitions = find_transitions(run, resamples);
  for (TimedSeries& each : timed_series(run)) {
    findings.series.push_back(measure(run, std::move(each), resamples));
  }
  findings.orders = orders_of(findings.series, run.transitions.confidence);
  for (SeriesFinding& each : findings.series) drop_examples(each);
  return findings;
}

int64_t n_searched(const Findings& findings) {
  int64_t n = 0;
  for (const SeriesFinding& each : findings.series) {
    if (each.series.left_out.empty() && !each.series.choice.searched.empty()) {
      n += each.series.choice.n_searched;
    }
  }
  return n;
}

}  // namespace kairo
