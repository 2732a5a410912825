#include "analysis/timed_series.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/element_choice.h"

namespace kairo {
namespace {

std::string example_set(const RunData& run, const std::string& probe) {
  const RecordKey& key = run.record(probe)->key;
  return fmt::format("{} examples, seed {}", key.n_examples, key.seed);
}

struct Plain {
  const char* name;
  const char* title;
  const char* definition;
  const char* source;
  const char* units;
  bool bounded;
  SeriesForm form;
};

constexpr Plain kLoss = {"loss",
                         "first-target loss, fraction removed",
                         "1 - first-target loss / its value at the first record.",
                         "performance/first_target_loss",
                         "1",
                         true,
                         SeriesForm::kFallFromFirst};
constexpr Plain kAccuracy = {"accuracy",
                             "accuracy",
                             "Share of target tokens (without EOS) that are the first choice.",
                             "performance/accuracy",
                             "probability",
                             true,
                             SeriesForm::kMean};
constexpr Plain kPreference = {"preference",
                               "preference for a'",
                               "Share of examples that, with z replaced by z', prefer z's answer "
                               "a' to a.",
                               "z_shuffle/prefers_other",
                               "probability",
                               true,
                               SeriesForm::kMean};
constexpr Plain kZGap = {"z_gap",
                         "z gap",
                         "First-target loss with z replaced by another one minus the loss with z.",
                         "z_shuffle/z_gap",
                         "nats",
                         false,
                         SeriesForm::kMean};

constexpr Plain kGradientToZ = {"gradient_to_z",
                                "gradient share of z",
                                "Share of the squared gradient of an example's loss at the "
                                "embedding that falls on z.",
                                "gradient_flow/selector_share",
                                "1",
                                true,
                                SeriesForm::kMean};
constexpr Plain kOfWeights[] = {
    {"weight_distance", "distance of the weights from the start",
     "Norm of all parameters minus those at the start, over the norm of the latter.",
     "weight_norms/total_relative_distance", "1", false, SeriesForm::kMean},
    {"qk_rank", "effective rank of QK", "Mean over heads of the effective rank of W_Q W_K^T.",
     "weight_spectra/qk_mean_effective_rank", "1", false, SeriesForm::kMean},
    {"ov_rank", "effective rank of OV", "Mean over heads of the effective rank of W_V W_O.",
     "weight_spectra/ov_mean_effective_rank", "1", false, SeriesForm::kMean},
    {"q_composition", "largest Q-composition",
     "Largest Q-composition score of all pairs of heads minus that of random matrices.",
     "composition/q_largest_excess", "1", false, SeriesForm::kMean},
    {"k_composition", "largest K-composition",
     "Largest K-composition score of all pairs of heads minus that of random matrices.",
     "composition/k_largest_excess", "1", false, SeriesForm::kMean},
    {"v_composition", "largest V-composition",
     "Largest V-composition score of all pairs of heads minus that of random matrices.",
     "composition/v_largest_excess", "1", false, SeriesForm::kMean},
};

TimedSeries plain_series(const RunData& run, const Plain& plain) {
  TimedSeries timed;
  timed.name = plain.name;
  timed.title = plain.title;
  timed.definition = plain.definition;
  timed.source = plain.source;
  timed.units = plain.units;
  timed.bounded = plain.bounded;
  timed.form = plain.form;
  timed.left_out = why_no_series(run, timed.source);
  if (!timed.left_out.empty()) return timed;
  timed.values = *find_series(run, timed.source);
  const bool has_examples =
      !timed.values.per_example.empty() && !timed.values.per_example.front().empty();
  if (!has_examples && timed.values.n_examples > 0) {
    timed.left_out = "the record of " + timed.source + " keeps no values of single examples";
    return timed;
  }
  timed.example_set = example_set(run, probe_of(timed.source));
  return timed;
}

double combined(const TimedSeries& series, std::size_t step, const std::vector<double>& values,
                const std::vector<double>& scale) {
  if (!series.defined.empty() && !series.defined[step]) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  switch (series.form) {
    case SeriesForm::kRatio:
      return values[step] / scale[step];
    case SeriesForm::kFallFromFirst:
      return 1 - values[step] / values.front();
    case SeriesForm::kMean:
      break;
  }
  return values[step];
}

// The second group of the header.
void add_further(const RunData& run, std::vector<TimedSeries>& all) {
  if (run.record("gradient_flow") != nullptr) all.push_back(plain_series(run, kGradientToZ));
  if (run.record("head_scores") != nullptr) {
    all.push_back(head_score_series(run, "previous_token"));
    all.push_back(head_score_series(run, "induction"));
  }
  for (const Plain& each : kOfWeights) {
    if (run.record(probe_of(each.source)) != nullptr) all.push_back(plain_series(run, each));
  }
}

}  // namespace

std::vector<TimedSeries> timed_series(const RunData& run) {
  std::vector<TimedSeries> all = {plain_series(run, kLoss), plain_series(run, kAccuracy),
                                  plain_series(run, kPreference), attention_series(run)};
  for (const std::string& site : run.transitions.sites) all.push_back(effect_series(run, site));
  all.push_back(plain_series(run, kZGap));
  add_further(run, all);
  return all;
}

std::vector<std::vector<double>> resampled_curves(const TimedSeries& series,
                                                  const Resamples& resamples) {
  if (series.is_exact()) return {};
  const std::vector<std::vector<double>> values = resampled_means(series.values, resamples);
  std::vector<std::vector<double>> scale(values.size());
  if (series.form == SeriesForm::kRatio) scale = resampled_means(series.scale, resamples);
  std::vector<std::vector<double>> curves(values.size());
  for (std::size_t b = 0; b < values.size(); ++b) {
    for (std::size_t s = 0; s < series.steps().size(); ++s) {
      curves[b].push_back(combined(series, s, values[b], scale[b]));
    }
  }
  return curves;
}

std::vector<double> mean_curve(const TimedSeries& series) {
  if (series.is_exact()) return series.values.mean;
  const std::size_t n = series.values.per_example.front().size();
  const Resamples each_once{static_cast<int64_t>(n), 1, std::vector<float>(n, 1.0f)};
  return resampled_curves(series, each_once).front();
}

int64_t fewest_examples(const TimedSeries& series) {
  if (series.is_exact()) return 0;
  int64_t fewest = std::numeric_limits<int64_t>::max();
  for (std::size_t s = 0; s < series.steps().size(); ++s) {
    if (!series.defined.empty() && !series.defined[s]) continue;
    const std::vector<float>& row = series.values.per_example[s];
    const auto n = std::count_if(row.begin(), row.end(), [](float x) { return !std::isnan(x); });
    fewest = std::min<int64_t>(fewest, n);
  }
  return fewest == std::numeric_limits<int64_t>::max() ? 0 : fewest;
}

}  // namespace kairo
