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
                         "first-target loss, share that is gone",
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
  if (timed.values.per_example.empty() || timed.values.per_example.front().empty()) {
    timed.left_out = "the record of " + timed.source + " keeps no values of single examples";
    return timed;
  }
  timed.example_set = example_set(run, timed.source.substr(0, timed.source.find('/')));
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

}  // namespace

std::vector<TimedSeries> timed_series(const RunData& run) {
  std::vector<TimedSeries> all = {plain_series(run, kLoss), plain_series(run, kAccuracy),
                                  plain_series(run, kPreference), attention_series(run)};
  for (const std::string& site : run.transitions.sites) all.push_back(effect_series(run, site));
  all.push_back(plain_series(run, kZGap));
  return all;
}

std::vector<std::vector<double>> resampled_curves(const TimedSeries& series,
                                                  const Resamples& resamples) {
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
  const std::size_t n = series.values.per_example.front().size();
  const Resamples each_once{static_cast<int64_t>(n), 1, std::vector<float>(n, 1.0f)};
  return resampled_curves(series, each_once).front();
}

int64_t fewest_examples(const TimedSeries& series) {
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
