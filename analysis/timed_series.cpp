#include "analysis/timed_series.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/element_choice.h"
#include "analysis/task_analysis.h"

namespace kairo {
namespace {

// Series that any task may have.
const std::vector<SeriesSpec>& general_specs() {
  static const std::vector<SeriesSpec> all = [] {
    std::vector<SeriesSpec> specs;
    for (const char* kind : {"previous_token", "induction"}) {
      std::string words = kind;
      std::replace(words.begin(), words.end(), '_', '-');
      SeriesSpec spec;
      spec.name = kind;
      spec.title = words + " score";
      spec.definition = "Attention of one head to where a head of kind " + words +
                        " looks, on random tokens repeated once.";
      spec.source = std::string("head_scores/") + kind;
      spec.units = "probability";
      spec.one_of_many = true;
      spec.rows = "random sequences";
      specs.push_back(spec);
    }
    const auto of_weights = [&](const char* name, const char* title, const char* definition,
                                const char* source) {
      specs.push_back({name, title, definition, source, "1", Timing::kUnbounded});
    };
    of_weights("weight_distance", "distance of the weights from the start",
               "Norm of all parameters minus those at the start, over the norm of the latter.",
               "weight_norms/total_relative_distance");
    of_weights("qk_rank", "effective rank of QK",
               "Mean over heads of the effective rank of W_Q W_K^T.",
               "weight_spectra/qk_mean_effective_rank");
    of_weights("ov_rank", "effective rank of OV",
               "Mean over heads of the effective rank of W_V W_O.",
               "weight_spectra/ov_mean_effective_rank");
    for (const char* kind : {"Q", "K", "V"}) {
      const std::string small(1, static_cast<char>(kind[0] - 'A' + 'a'));
      of_weights((small + "_composition").c_str(),
                 (std::string("largest ") + kind + "-composition").c_str(),
                 (std::string("Largest ") + kind +
                  "-composition score of all pairs of heads minus that of random matrices.")
                     .c_str(),
                 ("composition/" + small + "_largest_excess").c_str());
    }
    for (SeriesSpec& each : specs) each.on_request = true;
    return specs;
  }();
  return all;
}

// The study's, then the general ones.
std::vector<SeriesSpec> specs_of(const RunData& run) {
  const auto of_study = analysis_of(run.task).series;
  std::vector<SeriesSpec> specs;
  if (of_study != nullptr) specs = of_study(run.transitions);
  specs.insert(specs.end(), general_specs().begin(), general_specs().end());
  return specs;
}

std::string quantity_of(const std::string& source) {
  return source.substr(probe_of(source).size() + 1);
}

// What the record says of its own quantity, else what the spec says.
Timing timing_of(const RunData& run, const SeriesSpec& spec) {
  const Record* record = run.record(probe_of(spec.source));
  const std::string name = quantity_of(spec.source);
  if (record == nullptr || !record->has(name)) return spec.timing;
  const Timing own = record->quantity(name).about.timing;
  return own == Timing::kNotTimed ? spec.timing : own;
}

SeriesForm form_of(Timing timing) {
  if (timing == Timing::kRatio) return SeriesForm::kRatio;
  return timing == Timing::kFallsFromFirst ? SeriesForm::kFallFromFirst : SeriesForm::kMean;
}

void add_values(const RunData& run, TimedSeries& timed) {
  timed.left_out = why_no_series(run, timed.source);
  if (!timed.left_out.empty()) return;
  timed.values = *find_series(run, timed.source);
  const bool has_examples =
      !timed.values.per_example.empty() && !timed.values.per_example.front().empty();
  if (!has_examples && timed.values.n_examples > 0) {
    timed.left_out = "the record of " + timed.source + " keeps no values of single examples";
  }
}

TimedSeries series_by(const RunData& run, const SeriesSpec& spec) {
  TimedSeries timed;
  timed.name = spec.name;
  timed.title = spec.title;
  timed.definition = spec.definition;
  timed.source = spec.source;
  timed.units = spec.units;
  const Timing timing = timing_of(run, spec);
  timed.bounded = timing != Timing::kUnbounded;
  timed.form = form_of(timing);
  if (spec.one_of_many) {
    choose_element(run, spec, timed);
  } else {
    add_values(run, timed);
  }
  if (!timed.left_out.empty()) return timed;
  const RecordKey& key = run.record(probe_of(spec.source))->key;
  timed.example_set = fmt::format("{} {}, seed {}", key.n_examples, spec.rows, key.seed);
  return timed;
}

// A timed quantity that no spec names.
SeriesSpec spec_of(const std::string& source, const Quantity& about) {
  SeriesSpec spec;
  spec.name = about.name;
  std::replace(spec.name.begin(), spec.name.end(), '/', '_');
  spec.title = spec.name;
  std::replace(spec.title.begin(), spec.title.end(), '_', ' ');
  spec.definition = about.definition;
  spec.source = source;
  spec.units = about.timing == Timing::kFallsFromFirst ? "1" : about.units;
  spec.timing = about.timing;
  spec.one_of_many = !about.axes.empty();
  return spec;
}

// A ratio needs a spec, which says of what.
void add_unnamed(const RunData& run, std::vector<SeriesSpec>& specs) {
  for (const auto& [probe, record] : run.records) {
    for (const SeriesQuantity& each : record.quantities) {
      const std::string source = probe + "/" + each.about.name;
      const bool is_named = std::any_of(specs.begin(), specs.end(), [&](const SeriesSpec& spec) {
        return spec.source == source;
      });
      const bool is_timed =
          each.about.timing != Timing::kNotTimed && each.about.timing != Timing::kRatio;
      if (is_timed && !is_named) specs.push_back(spec_of(source, each.about));
    }
  }
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
  std::vector<SeriesSpec> specs = specs_of(run);
  add_unnamed(run, specs);
  std::vector<TimedSeries> all;
  for (const SeriesSpec& spec : specs) {
    const bool is_listed = !spec.on_request || run.record(probe_of(spec.source)) != nullptr;
    if (is_listed) all.push_back(series_by(run, spec));
  }
  return all;
}

std::string timed_element(const RunData& run, const std::string& source) {
  for (const SeriesSpec& spec : specs_of(run)) {
    if (spec.source == source) return series_by(run, spec).choice.chosen;
  }
  return "";
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
